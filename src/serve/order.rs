//! The protocol between `serve` and its supervisor over a pair of sockets. `serve` sends an order
//! with the standard input of the command, and the supervisor sends messages.
//!
//! Only `serve` holds its socket. When `serve` ends for any reason, the socket is closed, and the
//! supervisor reads the end of the stream.

use std::ffi::OsString;
use std::io::{self, IoSlice, IoSliceMut, Read as _, Write as _};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::net::UnixStream;

use rustix::cmsg_space;
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use rustix::process::Pid;

/// The first byte of an order. It carries the descriptor.
const MARK: u8 = b'O';

/// The maximum number of words of a command, and the maximum length of each in bytes. No system
/// accepts more.
const MAX_WORDS: u32 = 1 << 22;
const MAX_WORD_LEN: u32 = 1 << 27;

/// The length of a message in bytes: its kind and a number.
pub(super) const MESSAGE_LEN: usize = 5;

/// The process group that a command joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// A new group, with the command as its leader.
    Own,
    /// The group of `serve`, which has the terminal.
    Foreground(Pid),
}

/// The command that the supervisor runs.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) words: Vec<OsString>,
    pub(super) group: Group,
    pub(super) stdin: OwnedFd,
}

/// A message of the supervisor about the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SupervisorMessage {
    /// It runs with this process ID.
    Started(i32),
    /// The system did not start it, with this error number.
    Failed(i32),
    /// It ended with this status, in the form of a shell.
    Ended(u8),
}

/// Sends an order: `words` to run in `group`, with `stdin` as their standard input.
///
/// # Errors
///
/// [`io::Error`] if the supervisor is gone.
pub(super) fn send(
    mut socket: &UnixStream,
    words: &[OsString],
    group: Group,
    stdin: BorrowedFd<'_>,
) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let descriptors = [stdin];
    if !control.push(SendAncillaryMessage::ScmRights(&descriptors)) {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    sendmsg(
        socket,
        &[IoSlice::new(&[MARK])],
        &mut control,
        SendFlags::empty(),
    )?;
    let group = match group {
        Group::Own => 0,
        Group::Foreground(group) => group.as_raw_nonzero().get(),
    };
    let mut message = group.to_be_bytes().to_vec();
    message.extend(len(words.len())?.to_be_bytes());
    for word in words {
        message.extend(len(word.len())?.to_be_bytes());
        message.extend(word.as_bytes());
    }
    socket.write_all(&message)
}

fn len(len: usize) -> io::Result<u32> {
    u32::try_from(len).map_err(|_| io::ErrorKind::InvalidInput.into())
}

impl Order {
    /// Waits for an order.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if the received bytes are not an order.
    pub(super) fn receive(mut socket: &UnixStream) -> io::Result<Self> {
        let stdin = receive_descriptor(socket)?;
        let mut number = [0; 4];
        socket.read_exact(&mut number)?;
        let group = match Pid::from_raw(i32::from_be_bytes(number)) {
            None => Group::Own,
            Some(group) => Group::Foreground(group),
        };
        let mut words = Vec::new();
        for _ in 0..read_len(socket, MAX_WORDS)? {
            let mut word = vec![0; read_len(socket, MAX_WORD_LEN)?];
            socket.read_exact(&mut word)?;
            words.push(OsString::from_vec(word));
        }
        Ok(Self {
            words,
            group,
            stdin,
        })
    }
}

fn receive_descriptor(socket: &UnixStream) -> io::Result<OwnedFd> {
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut mark = [0];
    let received = recvmsg(
        socket,
        &mut [IoSliceMut::new(&mut mark)],
        &mut control,
        RecvFlags::empty(),
    )?;
    let descriptor = control.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    match descriptor {
        Some(descriptor) if received.bytes == 1 && mark == [MARK] => {
            // No other thread starts a program before this is set.
            fcntl_setfd(descriptor.as_fd(), FdFlags::CLOEXEC)?;
            Ok(descriptor)
        }
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn read_len(mut socket: &UnixStream, max: u32) -> io::Result<usize> {
    let mut number = [0; 4];
    socket.read_exact(&mut number)?;
    let len = u32::from_be_bytes(number);
    let is_possible = len <= max;
    usize::try_from(len)
        .ok()
        .filter(|_| is_possible)
        .ok_or_else(|| io::ErrorKind::InvalidData.into())
}

impl SupervisorMessage {
    /// Writes the message. Ignores an error, because `serve` may have ended.
    pub(super) fn send(self, mut socket: &UnixStream) {
        let (what, number) = match self {
            Self::Started(pid) => (b'S', pid),
            Self::Failed(errno) => (b'F', errno),
            Self::Ended(status) => (b'E', i32::from(status)),
        };
        let mut bytes = [what; MESSAGE_LEN];
        bytes[1..].copy_from_slice(&number.to_be_bytes());
        let _ = socket.write_all(&bytes);
    }

    /// Parses a message; `None` if the bytes are not a message.
    pub(super) fn parse(bytes: [u8; MESSAGE_LEN]) -> Option<Self> {
        let [what, number @ ..] = bytes;
        let number = i32::from_be_bytes(number);
        match what {
            b'S' => Some(Self::Started(number)),
            b'F' => Some(Self::Failed(number)),
            b'E' => u8::try_from(number).ok().map(Self::Ended),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use rustix::io::fcntl_getfd;

    use super::*;

    #[test]
    fn an_order_arrives_as_it_was_sent() {
        let (ours, theirs) = UnixStream::pair().expect("two sockets");
        // Longer than the buffer of a socket.
        let long = vec![b'x'; 300_000];
        let words: Vec<OsString> = [&b"sh"[..], b"", b"\xff\n", &long]
            .map(|word| OsString::from_vec(word.to_vec()))
            .to_vec();
        let file = File::open("/dev/null").expect("a file");
        let group = Group::Foreground(rustix::process::getpgrp());
        let sender = std::thread::spawn({
            let words = words.clone();
            move || send(&ours, &words, group, file.as_fd())
        });
        let order = Order::receive(&theirs).expect("an order");
        sender.join().expect("no panic").expect("sent");
        assert_eq!((order.words, order.group), (words, group));
        let flags = fcntl_getfd(order.stdin.as_fd()).expect("its flags");
        assert_eq!(flags, FdFlags::CLOEXEC, "no program inherits it");
    }

    #[test]
    fn what_is_no_order_is_refused() {
        for bytes in [&b""[..], b"O", b"X\0\0\0\0\0\0\0\0"] {
            let (mut ours, theirs) = UnixStream::pair().expect("two sockets");
            ours.write_all(bytes).expect("sent");
            drop(ours);
            assert!(Order::receive(&theirs).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_message_is_read_back() {
        for message in [
            SupervisorMessage::Started(i32::MAX),
            SupervisorMessage::Failed(2),
            SupervisorMessage::Ended(255),
        ] {
            let (ours, mut theirs) = UnixStream::pair().expect("two sockets");
            message.send(&ours);
            let mut bytes = [0; MESSAGE_LEN];
            theirs.read_exact(&mut bytes).expect("a message");
            assert_eq!(SupervisorMessage::parse(bytes), Some(message));
        }
        assert_eq!(SupervisorMessage::parse(*b"E\0\0\x01\0"), None);
        assert_eq!(SupervisorMessage::parse(*b"x\0\0\0\0"), None);
    }
}
