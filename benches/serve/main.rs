//! The load and abuse limits of `byok serve`: rates, waits, and abusive clients. Sends only to
//! 127.0.0.1, and ends by itself. `BYOK_SOAK_SECONDS` sets the duration of the cheap calls (30).

mod abuse;
mod rates;
mod server;
mod verdict;

use std::io;
use std::time::Duration;

use serde_json::json;

use server::Server;
use verdict::Verdict;

fn main() -> io::Result<()> {
    let soak = std::env::var("BYOK_SOAK_SECONDS")
        .ok()
        .and_then(|seconds| seconds.parse().ok());
    let soak = Duration::from_secs(soak.unwrap_or(30));
    let (mut server, mut verdict) = (Server::start()?, Verdict::default());
    let (_, made) = server
        .connect()?
        .call("CreateKey", &json!({ "Origin": "EXTERNAL" }))?;
    let key_id = made["KeyMetadata"]["KeyId"].clone();

    rates::describe(&server, &key_id, soak, &mut verdict);
    rates::parameters(&server, &key_id, &mut verdict);
    rates::too_many(&server, &key_id, &mut verdict)?;
    rates::imports(&server, &key_id, &mut verdict)?;

    abuse::pipeline(&server, &mut verdict)?;
    abuse::endless_body(&server, &mut verdict)?;
    abuse::slow_heads(&server, &key_id, &mut verdict)?;
    abuse::idle_crowd(&server, &mut verdict)?;
    abuse::noise(&mut server, &mut verdict);
    abuse::termination(&mut server, &key_id, &mut verdict)?;
    verdict.into_result()
}
