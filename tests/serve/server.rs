//! A running `byok serve`, in its own folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// The timeout of every wait.
const PATIENCE: Duration = Duration::from_secs(180);

/// A server; it is killed on drop.
pub(crate) struct Server {
    child: Child,
    folder: TempDir,
    pub(crate) port: u16,
}

/// Returns `byok serve` without the caller's settings.
pub(crate) fn byok_serve(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_byok"));
    command
        .arg("serve")
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null());
    let path = std::env::var_os("PATH");
    command.envs(path.map(|path| ("PATH", path)));
    command
}

impl Server {
    /// Starts a server with options that hold no spaces.
    pub(crate) fn start(line: &str) -> Self {
        Self::start_in(TempDir::new().expect("a folder"), line)
    }

    pub(crate) fn start_in(folder: TempDir, line: &str) -> Self {
        let journal = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.path().join("journal"));
        Self::start_with(folder, line, journal.expect("a file").into())
    }

    /// Starts a server whose standard error is an unread pipe, and returns its other end.
    pub(crate) fn start_unread(line: &str) -> (Self, ChildStderr) {
        let mut server = Self::start_with(TempDir::new().expect("a folder"), line, Stdio::piped());
        let pipe = server.child.stderr.take().expect("a pipe");
        (server, pipe)
    }

    fn start_with(folder: TempDir, line: &str, stderr: Stdio) -> Self {
        let mut command = byok_serve(folder.path());
        command
            .args(["--ready-file", "ready"])
            .args(line.split_whitespace());
        command
            .stdout(fs::File::create(folder.path().join("stdout")).expect("a file"))
            .stderr(stderr);
        Self::of(command, folder)
    }

    /// Starts the server `command` with the ready-file `ready` in `folder`.
    pub(crate) fn of(mut command: Command, folder: TempDir) -> Self {
        // A killed server left its file.
        let _ = fs::remove_file(folder.path().join("ready"));
        let child = command.spawn().expect("byok starts");
        let mut server = Self {
            child,
            folder,
            port: 0,
        };
        server.port = server.wait_until_ready();
        server
    }

    fn wait_until_ready(&mut self) -> u16 {
        let ready = self.path("ready");
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Ok(script) = fs::read_to_string(&ready) {
                let url = script
                    .lines()
                    .find_map(|line| line.strip_prefix("export AWS_ENDPOINT_URL="));
                let port = url.and_then(|url| url.rsplit(':').next()?.parse().ok());
                return port.expect("the port");
            }
            let ended = self.child.try_wait().expect("its status");
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "not ready: {ended:?} {:?}",
                self.said()
            );
            sleep(Duration::from_millis(2));
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns its standard output, when there is any.
    pub(crate) fn printed(&self) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let printed = fs::read_to_string(self.path("stdout")).expect("a file");
            if printed.ends_with('\n') {
                return printed;
            }
            assert!(Instant::now() < deadline, "it prints nothing");
            sleep(Duration::from_millis(2));
        }
    }

    /// Returns its standard error.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(self.path("journal")).unwrap_or_default()
    }

    /// Returns the lines of the access log, when there are this many.
    pub(crate) fn journal(&self, at_least: usize) -> Vec<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let said = self.said();
            let whole = said.rsplit_once('\n').map_or("", |(whole, _)| whole);
            if whole.lines().count() >= at_least {
                let parsed = |line| serde_json::from_str(line).expect("a line of JSON");
                return whole.lines().map(parsed).collect();
            }
            assert!(Instant::now() < deadline, "it says no more than {said}");
            sleep(Duration::from_millis(2));
        }
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).expect("a process id");
        kill_process(Pid::from_raw(id).expect("a process id"), signal).expect("the signal is sent");
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("its status") {
                return status;
            }
            assert!(Instant::now() < deadline, "it does not end");
            sleep(Duration::from_millis(2));
        }
    }

    /// Kills it at once, and returns its folder.
    pub(crate) fn kill(self) -> TempDir {
        let mut server = self;
        server.child.kill().expect("killed");
        server.child.wait().expect("its status");
        let folder = TempDir::new().expect("a folder");
        std::mem::replace(&mut server.folder, folder)
    }

    /// How much of its memory is resident, in KiB; 0 where the system does not tell.
    pub(crate) fn resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let size = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next());
        size.and_then(|size| size.parse().ok()).unwrap_or(0)
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().expect("its status").is_none()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
