//! The path from a request to its response: through the gate, to the core, and back.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use byok_core::error_body::ErrorBody;
use byok_core::explain::Explanation;
use byok_core::key_id::AccountId;
use byok_core::key_store::KeyStore;
use byok_core::operation::Operation;
use byok_core::other_service::{self, OtherAnswer, OtherCall};
use byok_core::region::Region;
use byok_core::trent_service::{self, Answer, Call, RefusalCause, TrentService};
use byok_core::{json, stack};
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, TRANSFER_ENCODING};
use hyper::{Request, Response, StatusCode};

use super::access_log::{AccessLog, LogEntry};
use super::body::{self, BodyError, Whole};
use super::clock::Clock;
use super::gate::{self, Admitted, HttpRejection};
use super::keygen_limiter::{KeygenLimiter, QueueFull};
use crate::entropy;

/// The header that names the protocol of newer clients.
const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");

/// The interval of the search for expired material.
const HOUSEKEEPING: Duration = Duration::from_secs(5);

/// The number of stack bytes that a worker wipes after work on secrets.
const WIPE_BYTES: usize = 256 * 1024;

/// The service behind its gate.
#[derive(Debug)]
pub(crate) struct Endpoint<S> {
    service: TrentService<S>,
    account_id: AccountId,
    clock: Clock,
    port: u16,
    access_log: AccessLog,
    keygen_limiter: KeygenLimiter,
    /// The number of requests, whatever their answers.
    requests: AtomicU64,
}

/// A request that was let in.
enum Admission {
    /// A call of AWS KMS.
    Kms(OwnedCall),
    /// A call of another service, with its answer.
    Other(OtherAnswer),
}

/// A call that owns its data, for a worker thread.
struct OwnedCall {
    target: Option<String>,
    region: Region,
    body: Vec<u8>,
}

impl OwnedCall {
    fn borrow(&self) -> Call<'_> {
        Call {
            target: self.target.as_deref(),
            region: &self.region,
            body: &self.body,
        }
    }
}

impl<S: KeyStore + Send + Sync + 'static> Endpoint<S> {
    /// Builds an endpoint at `port` for the keys and the identity of `account_id`.
    pub(crate) fn new(
        service: TrentService<S>,
        account_id: AccountId,
        clock: Clock,
        port: u16,
        access_log: AccessLog,
    ) -> Self {
        Self {
            service,
            account_id,
            clock,
            port,
            access_log,
            keygen_limiter: KeygenLimiter::default(),
            requests: AtomicU64::new(0),
        }
    }

    /// Returns the number of requests, whatever their answers.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Answers a request, and logs it.
    pub(super) fn respond(
        self: &Arc<Self>,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<Whole>, Infallible>> + use<S> {
        let this = Arc::clone(self);
        async move {
            let began = Instant::now();
            this.requests.fetch_add(1, Ordering::Relaxed);
            let call = match this.admit(request).await {
                Ok(Admission::Kms(call)) => call,
                Ok(Admission::Other(answer)) => {
                    this.access_log
                        .write(AccessLog::of_other_answer(&answer), Some(began.elapsed()));
                    return Ok(answered_for_other(&answer));
                }
                Err(rejection) => {
                    this.access_log
                        .write(AccessLog::of_rejection(&rejection), Some(began.elapsed()));
                    return Ok(rejected(&rejection));
                }
            };
            // Runs as its own task, so a client that closes the connection does not end it. It
            // keeps its place in the queue, and it is logged.
            let answering = tokio::spawn(async move {
                let (response, entry) = this.answer(call).await;
                this.access_log.write(entry, Some(began.elapsed()));
                response
            });
            Ok(answering.await.unwrap_or_else(|_| rejected(&BUG)))
        }
    }

    /// Logs a request that hyper rejected by itself.
    pub(super) fn note(&self, answered: &HttpRejection) {
        self.access_log
            .write(AccessLog::of_rejection(answered), None);
    }

    /// Waits a moment for the log, before the end.
    pub(super) fn finish(&self) {
        self.access_log.finish();
    }

    /// Returns the call of a request, if it is let in. Answers it if it is for another service.
    async fn admit(&self, request: Request<Incoming>) -> Result<Admission, HttpRejection> {
        let (head, body) = request.into_parts();
        let text = |name| gate::one(&head.headers, &name);
        match gate::check(&head, self.port)? {
            Admitted::Kms(region) => Ok(Admission::Kms(OwnedCall {
                target: text(gate::TARGET).map(str::to_owned),
                region,
                body: read(body).await?,
            })),
            Admitted::Other { service, region } => {
                let content_type = text(CONTENT_TYPE);
                // Only a form has the operation in its body. Other bodies are not read.
                let form = if other_service::is_form(content_type)
                    && !head.headers.contains_key(TRANSFER_ENCODING)
                {
                    read(body).await?
                } else {
                    Vec::new()
                };
                let call = OtherCall {
                    service: &service,
                    region: &region,
                    target: text(gate::TARGET),
                    content_type,
                    smithy_protocol: text(SMITHY_PROTOCOL),
                    form: &form,
                };
                let mut rng = entropy::system_rng().map_err(|_| NO_RANDOMNESS)?;
                let answer = other_service::answer(call, &self.account_id, &mut rng);
                Ok(Admission::Other(answer))
            }
        }
    }

    async fn answer(self: &Arc<Self>, call: OwnedCall) -> (Response<Whole>, LogEntry) {
        let operation = trent_service::operation(call.target.as_deref());
        let makes_key = operation.is_some_and(Operation::generates_key_pair);
        let call = Arc::new(call);
        let answer = if makes_key {
            match self.keygen_limiter.work(self.work(&call)).await {
                Ok(answer) => answer,
                Err(QueueFull) => entropy::system_rng()
                    .map(|mut rng| (self.service.throttle(call.borrow(), &mut rng), None))
                    .map_err(|_| NO_RANDOMNESS),
            }
        } else {
            self.work(&call).await
        };
        match answer {
            Ok((answer, explanation)) => (
                answered(&answer),
                self.access_log.of_answer(&answer, explanation.as_ref()),
            ),
            Err(rejection) => (rejected(&rejection), AccessLog::of_rejection(&rejection)),
        }
    }

    /// Has a worker thread answer.
    async fn work(self: &Arc<Self>, call: &Arc<OwnedCall>) -> WorkerResult {
        let (this, call) = (Arc::clone(self), Arc::clone(call));
        let work = move || {
            let answer = this.answer_now(&call);
            stack::wipe::<WIPE_BYTES>();
            answer
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(BUG))
    }

    /// Never inlined, so that its frame is below that of the caller, who wipes the stack
    /// afterwards.
    #[inline(never)]
    fn answer_now(&self, call: &OwnedCall) -> WorkerResult {
        let mut rng = entropy::system_rng().map_err(|_| NO_RANDOMNESS)?;
        let mut answer = self
            .service
            .answer(call.borrow(), self.clock.now(), &mut rng);
        // The opened token does not leave this thread.
        let explanation = match (answer.refused_import.take(), &answer.cause) {
            (Some(import), Some(RefusalCause::Import(error)))
                if self.access_log.wants_explanation(error) =>
            {
                self.service.explain(&import, error, &mut rng)
            }
            _ => None,
        };
        Ok((answer, explanation))
    }
}

/// Reads the body of a request.
async fn read(body: Incoming) -> Result<Vec<u8>, HttpRejection> {
    body::read(body).await.map_err(|error| match error {
        BodyError::TooLong => gate::TOO_LONG,
        BodyError::Late => gate::LATE,
        BodyError::Broken => gate::BROKEN,
    })
}

/// Drops expired material, also without requests.
pub(super) async fn evict_expired<S: KeyStore + Send + Sync + 'static>(endpoint: Arc<Endpoint<S>>) {
    loop {
        tokio::time::sleep(HOUSEKEEPING).await;
        let endpoint = Arc::clone(&endpoint);
        let work = move || endpoint.service.evict_expired(endpoint.clock.now());
        let _ = tokio::task::spawn_blocking(work).await;
    }
}

/// The result of a worker: an answer with its reason, or a fault of byok.
type WorkerResult = Result<(Answer, Option<Explanation>), HttpRejection>;

const NO_RANDOMNESS: HttpRejection = fault("the operating system supplies no random bytes");
/// A worker panicked. Only a build that unwinds gets here. The panic text may contain secrets, so
/// it is not printed.
const BUG: HttpRejection = fault("a bug in byok: do not use any output of this run");

const fn fault(message: &'static str) -> HttpRejection {
    HttpRejection {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        name: "KMSInternalException",
        message,
    }
}

fn answered(answer: &Answer) -> Response<Whole> {
    response(answer.status, &answer.headers(), answer.body.expose())
}

/// Builds the response of another service. After an error, the rest of the connection is ignored,
/// because the body may not have been read.
fn answered_for_other(answer: &OtherAnswer) -> Response<Whole> {
    let headers: Vec<_> = answer
        .headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let mut response = response(answer.status, &headers, &answer.body);
    if answer.error_code.is_some() {
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn response(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Response<Whole> {
    let mut response = Response::new(Whole::new(body));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Builds the response to a request that is not let in. The rest of the connection is ignored.
fn rejected(rejection: &HttpRejection) -> Response<Whole> {
    let document = ErrorBody::new(rejection.name, rejection.message);
    let mut response = Response::new(Whole::new(json::line(&document).as_bytes()));
    *response.status_mut() = rejection.status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-amz-json-1.1"),
    );
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    if rejection.status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

#[cfg(test)]
mod tests {
    use byok_core::alias::AccountRegion;
    use byok_core::import_token::RootSecret;
    use byok_core::key_id::{AccountId, KeyArn};
    use byok_core::key_record::KeyRecord;
    use byok_core::key_store::{AliasList, StoreError};
    use byok_core::timestamp::Timestamp;

    use super::*;
    use crate::terminal::{Terminal, Verbosity};

    /// A store whose failure is a bug.
    #[derive(Debug)]
    struct Bug;

    impl KeyStore for Bug {
        fn root_secret(&self) -> Result<RootSecret, StoreError> {
            unreachable!("no key needs it")
        }

        fn find(&self, _: &KeyArn) -> Result<Option<KeyRecord>, StoreError> {
            panic!("words that hold a secret")
        }

        fn related(&self, _: &KeyArn) -> Result<Vec<KeyRecord>, StoreError> {
            Ok(Vec::new())
        }

        fn update<T>(
            &self,
            _: &KeyArn,
            _: impl FnOnce(&mut KeyRecord) -> T,
        ) -> Result<Option<T>, StoreError> {
            unreachable!("no key is found")
        }

        fn aliases(&self, _: &AccountRegion) -> Result<AliasList, StoreError> {
            Ok(AliasList::default())
        }

        fn update_aliases<T>(
            &self,
            _: &AccountRegion,
            _: impl FnOnce(&mut AliasList) -> T,
        ) -> Result<T, StoreError> {
            unreachable!("no alias is changed")
        }

        fn create(&self, _: &KeyRecord, _: Timestamp) -> Result<(), StoreError> {
            Ok(())
        }

        fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError> {
            Ok(Vec::new())
        }
    }

    #[test]
    fn a_worker_that_panics_is_a_bug_and_nothing_else() {
        let account_id = AccountId::parse("111122223333").expect("an account");
        let terminal = Terminal::new(Verbosity::Quiet);
        let clock = Clock::ahead(0);
        let access_log = AccessLog::new(terminal, clock, true);
        let endpoint = Arc::new(Endpoint::new(
            TrentService::new(Bug, account_id.clone()),
            account_id,
            clock,
            4599,
            access_log,
        ));
        let call = OwnedCall {
            target: Some("TrentService.DescribeKey".to_owned()),
            region: Region::parse("us-east-1").expect("a Region"),
            body: br#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}"#.to_vec(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        let rejection = runtime
            .block_on(endpoint.work(&Arc::new(call)))
            .expect_err("it panicked");
        assert_eq!(rejection, BUG);
        let (response, line) = (
            rejected(&rejection),
            format!("{:?}", AccessLog::of_rejection(&rejection)),
        );
        assert_eq!(response.status(), 500);
        assert!(
            line.contains("KMSInternalException") && !line.contains("secret"),
            "{line}"
        );
    }
}
