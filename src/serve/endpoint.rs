//! The path from a request to its response: through the gate, to the core, and back.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use byok_core::error_body::ErrorBody;
use byok_core::explain::Explanation;
use byok_core::key_store::KeyStore;
use byok_core::operation::Operation;
use byok_core::region::Region;
use byok_core::trent_service::{self, Answer, Call, RefusalCause, TrentService};
use byok_core::{json, stack};
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response, StatusCode};

use super::access_log::{AccessLog, LogEntry};
use super::body::{self, BodyError, Whole};
use super::clock::Clock;
use super::gate::{self, HttpRejection};
use super::keygen_limiter::{KeygenLimiter, QueueFull};
use crate::entropy;

/// The interval of the search for expired material.
const HOUSEKEEPING: Duration = Duration::from_secs(5);

/// The number of stack bytes that a worker wipes after work on secrets.
const WIPE_BYTES: usize = 256 * 1024;

/// The service behind its gate.
#[derive(Debug)]
pub(crate) struct Endpoint<S> {
    service: TrentService<S>,
    clock: Clock,
    port: u16,
    access_log: AccessLog,
    keygen_limiter: KeygenLimiter,
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
    /// Builds an endpoint at `port`.
    pub(crate) fn new(
        service: TrentService<S>,
        clock: Clock,
        port: u16,
        access_log: AccessLog,
    ) -> Self {
        Self {
            service,
            clock,
            port,
            access_log,
            keygen_limiter: KeygenLimiter::default(),
        }
    }

    /// Answers a request, and logs it.
    pub(super) fn respond(
        self: &Arc<Self>,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<Whole>, Infallible>> + use<S> {
        let this = Arc::clone(self);
        async move {
            let began = Instant::now();
            let call = match this.call(request).await {
                Ok(call) => call,
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

    /// Returns the call of a request, if it is let in.
    async fn call(&self, request: Request<Incoming>) -> Result<OwnedCall, HttpRejection> {
        let (head, body) = request.into_parts();
        let region = gate::check(&head, self.port)?;
        let target = head
            .headers
            .get(gate::TARGET)
            .and_then(|target| target.to_str().ok());
        let target = target.map(str::to_owned);
        let body = body::read(body).await.map_err(|error| match error {
            BodyError::TooLong => gate::TOO_LONG,
            BodyError::Late => gate::LATE,
            BodyError::Broken => gate::BROKEN,
        })?;
        Ok(OwnedCall {
            target,
            region,
            body,
        })
    }

    async fn answer(self: &Arc<Self>, call: OwnedCall) -> (Response<Whole>, LogEntry) {
        let makes_key = trent_service::operation(call.target.as_deref())
            == Some(Operation::GetParametersForImport);
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
    let mut response = Response::new(Whole::new(answer.body.expose()));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers() {
        if let (Ok(name), Ok(value)) = (
            name.parse::<hyper::header::HeaderName>(),
            HeaderValue::from_str(value),
        ) {
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
            TrentService::new(Bug, account_id),
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
