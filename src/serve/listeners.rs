//! The listeners on both addresses of the loopback interface.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use anyhow::Context as _;
use rustix::io::Errno;

/// The number of attempts to find a port that is free on both addresses.
const TRIES: usize = 16;

/// The open listeners.
#[derive(Debug)]
pub(crate) struct Listeners {
    sockets: Vec<TcpListener>,
    port: u16,
}

impl Listeners {
    /// Listens on `port` of 127.0.0.1, and of ::1 if there is IPv6. `localhost` can mean either,
    /// and no other program may answer there. Port 0 is any port that is free on both.
    ///
    /// # Errors
    ///
    /// If a port is not available, with its address.
    pub(crate) fn bind(port: u16) -> anyhow::Result<Self> {
        let (sockets, port) = bind_both(port, TcpListener::bind)?;
        sockets
            .iter()
            .try_for_each(|socket| socket.set_nonblocking(true))?;
        Ok(Self { sockets, port })
    }

    /// Returns the port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn into_sockets(self) -> Vec<TcpListener> {
        self.sockets
    }
}

fn bind_both(
    port: u16,
    bind: impl Fn(SocketAddr) -> io::Result<TcpListener>,
) -> anyhow::Result<(Vec<TcpListener>, u16)> {
    // Each stays open meanwhile, so that the next attempt gets another one.
    let mut taken = Vec::new();
    loop {
        let named = || format!("port {port} of 127.0.0.1");
        let socket = bind(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)).with_context(named)?;
        let bound = socket.local_addr()?.port();
        let twin = IpAddr::from(Ipv6Addr::LOCALHOST);
        match bind(SocketAddr::new(twin, bound)) {
            Ok(twin) => return Ok((vec![socket, twin], bound)),
            Err(error) if is_no_ipv6(&error) => return Ok((vec![socket], bound)),
            Err(error)
                if port == 0
                    && error.kind() == io::ErrorKind::AddrInUse
                    && taken.len() + 1 < TRIES =>
            {
                taken.push(socket);
            }
            Err(error) => {
                let named = format!("port {bound} of ::1 (localhost can be ::1 or 127.0.0.1)");
                return Err(error).context(named);
            }
        }
    }
}

/// Returns whether the system has no IPv6 or no ::1, so that nobody can answer there.
fn is_no_ipv6(error: &io::Error) -> bool {
    let errno = error.raw_os_error().map(Errno::from_raw_os_error);
    matches!(
        errno,
        Some(Errno::ADDRNOTAVAIL | Errno::AFNOSUPPORT | Errno::PROTONOSUPPORT)
    )
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn error(errno: Errno) -> io::Error {
        errno.into()
    }

    /// Binds 127.0.0.1, and uses `answers` for ::1.
    fn bind_with(port: u16, answers: &[Errno]) -> anyhow::Result<(Vec<TcpListener>, u16)> {
        let answers = RefCell::new(answers.iter());
        bind_both(port, |address| match address {
            SocketAddr::V4(_) => TcpListener::bind(address),
            SocketAddr::V6(_) => match answers.borrow_mut().next() {
                Some(errno) => Err(error(*errno)),
                // Any socket will do for one.
                None => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)),
            },
        })
    }

    #[test]
    fn any_port_is_one_that_is_free_for_both() {
        let (sockets, port) = bind_with(0, &[Errno::ADDRINUSE; 3]).expect("the fourth is free");
        assert_eq!(
            (
                sockets.len(),
                sockets[0].local_addr().expect("an address").port()
            ),
            (2, port)
        );
        assert!(
            bind_with(0, &[Errno::ADDRINUSE; TRIES]).is_err(),
            "it does not try for ever"
        );
    }

    #[test]
    fn a_port_that_another_has_of_one_address_is_refused() {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let refused = format!(
            "{:#}",
            bind_with(port, &[Errno::ADDRINUSE]).expect_err("refused")
        );
        assert!(
            refused.starts_with(&format!("port {port} of ::1 (localhost")),
            "{refused}"
        );
        assert!(
            bind_with(port, &[Errno::ACCESS]).is_err(),
            "whoever may be there"
        );
    }

    #[test]
    fn without_ipv6_there_is_one_address() {
        for errno in [Errno::ADDRNOTAVAIL, Errno::AFNOSUPPORT] {
            assert_eq!(bind_with(0, &[errno]).expect("it serves").0.len(), 1);
        }
    }
}
