//! What becomes of the command, and of all that it started, when `serve` ends in whatever way.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use tempfile::TempDir;

use crate::server::byok_serve;
use crate::smoke::skipped;

/// The timeout of every wait.
const PATIENCE: Duration = Duration::from_secs(180);

/// How long the end of everything may take where nothing resists.
const SOON: Duration = Duration::from_secs(4);

/// A shell that starts, in this order: a child; a grandchild whose parent is gone; a child with a
/// process group of its own, and what that runs. Then it waits. The number of each is in a file.
const FAMILY: &str = "sleep 301 & echo $! > child
    (sleep 302 & echo $! > orphan)
    timeout 304 sh -c 'echo $$ > nested; sleep 303; :' & echo $! > other-group
    echo $$ > shell
    wait";
const NAMES: [&str; 5] = ["shell", "child", "orphan", "other-group", "nested"];

/// `serve`, running a script for the shell.
struct Run {
    serve: Child,
    folder: TempDir,
}

impl Run {
    fn start(script: &str) -> Self {
        Self::start_with(script, |_| {})
    }

    fn start_with(script: &str, adjust: impl FnOnce(&mut Command)) -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut command = byok_serve(folder.path());
        command.args(["--", "sh", "-c", script]);
        adjust(&mut command);
        let serve = command.spawn().expect("byok starts");
        Self { serve, folder }
    }

    fn pid(&self, name: &str) -> Pid {
        pid_in(&self.folder.path().join(name))
    }

    fn serve(&self) -> Pid {
        Pid::from_child(&self.serve)
    }

    fn family(&self) -> Vec<(&'static str, Pid)> {
        NAMES.iter().map(|name| (*name, self.pid(name))).collect()
    }

    fn wait(&mut self) -> ExitStatus {
        self.serve.wait().expect("its status")
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.serve.kill();
        let _ = self.serve.wait();
    }
}

fn pid_in(path: &Path) -> Pid {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let text = fs::read_to_string(path).unwrap_or_default();
        if let Some(pid) = text.strip_suffix('\n').and_then(|text| text.parse().ok()) {
            return Pid::from_raw(pid).expect("a process id");
        }
        assert!(Instant::now() < deadline, "no {}", path.display());
        sleep(Duration::from_millis(10));
    }
}

/// The fields of `/proc/PID/stat` from the state on; `None` if there is no such process.
fn stat(pid: Pid) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    Some(fields.split(' ').map(str::to_owned).collect())
}

fn is_alive(pid: Pid) -> bool {
    stat(pid).is_some_and(|fields| fields[0] != "Z")
}

fn parent(pid: Pid) -> Pid {
    let fields = stat(pid).expect("a process");
    Pid::from_raw(fields[1].parse().expect("a number")).expect("a parent")
}

fn group(pid: Pid) -> String {
    stat(pid).expect("a process")[2].clone()
}

#[track_caller]
fn assert_gone_within(family: &[(&str, Pid)], patience: Duration) {
    let deadline = Instant::now() + patience;
    loop {
        let left: Vec<_> = family.iter().filter(|(_, pid)| is_alive(*pid)).collect();
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < deadline, "left: {left:?}");
        sleep(Duration::from_millis(20));
    }
}

fn signal(pid: Pid, signal: Signal) {
    kill_process(pid, signal).expect("sent");
}

#[test]
fn nothing_outlives_a_serve_that_is_killed() {
    let mut run = Run::start(FAMILY);
    let family = run.family();
    signal(run.serve(), Signal::KILL);
    assert_eq!(run.wait().signal(), Some(9));
    assert_gone_within(&family, SOON);
}

#[test]
fn nothing_outlives_a_serve_that_is_asked_to_end() {
    for (asked, status) in [(Signal::TERM, 15), (Signal::INT, 2), (Signal::HUP, 1)] {
        let mut run = Run::start(FAMILY);
        let family = run.family();
        signal(run.serve(), asked);
        assert_eq!(run.wait().code(), Some(128 + status));
        assert_gone_within(&family, Duration::ZERO);
    }
}

/// Whoever kills a job kills its process group.
#[test]
fn nothing_outlives_the_group_of_serve() {
    let mut run = Run::start_with(FAMILY, |command| {
        command.process_group(0);
    });
    let family = run.family();
    kill_process_group(run.serve(), Signal::KILL).expect("sent");
    run.wait();
    assert_gone_within(&family, SOON);
}

#[test]
fn who_ignores_a_termination_is_killed_after_5_seconds() {
    let script = "sh -c 'trap \"\" TERM; echo $$ > stubborn; while :; do sleep 1; done' &
        trap 'echo > asked; exit 3' TERM; echo $$ > shell; while :; do sleep 0.05; done";
    let mut run = Run::start(script);
    let (shell, stubborn) = (run.pid("shell"), run.pid("stubborn"));
    let began = Instant::now();
    signal(run.serve(), Signal::TERM);
    assert_gone_within(&[("shell", shell)], SOON);
    assert!(run.folder.path().join("asked").exists());
    assert_eq!(run.wait().code(), Some(128 + 15));
    let took = began.elapsed();
    assert!(
        !is_alive(stubborn) && took >= Duration::from_secs(5),
        "{took:?}"
    );
    assert!(took < Duration::from_secs(9), "{took:?}");
}

#[test]
fn a_command_that_is_stopped_ends_too() {
    let mut run = Run::start("echo $$ > shell; kill -STOP $$; sleep 300");
    let shell = run.pid("shell");
    let deadline = Instant::now() + PATIENCE;
    while stat(shell).expect("a process")[0] != "T" {
        assert!(Instant::now() < deadline, "it does not stop");
        sleep(Duration::from_millis(10));
    }
    signal(run.serve(), Signal::KILL);
    run.wait();
    assert_gone_within(&[("shell", shell)], SOON);
}

/// Somebody may end the supervisor: `serve` notices, and ends the group of the command itself.
#[test]
fn a_supervisor_that_is_killed_takes_the_command_with_it() {
    let mut run = Run::start(FAMILY);
    let (shell, child) = (run.pid("shell"), run.pid("child"));
    let (other_group, nested) = (run.pid("other-group"), run.pid("nested"));
    assert_eq!(group(nested), other_group.as_raw_nonzero().to_string());
    let supervisor = parent(shell);
    assert_eq!(parent(supervisor), run.serve());
    signal(supervisor, Signal::KILL);
    assert_eq!(run.wait().code(), Some(128 + 9));
    assert_gone_within(&[("shell", shell), ("child", child)], SOON);
    // Nobody is left who knows of these.
    assert!(is_alive(nested));
    kill_process_group(other_group, Signal::KILL).expect("sent");
}

/// What has a session of its own is a service that outlives whoever began it; and what a command
/// leaves behind when it ends by itself is its own affair.
#[test]
fn services_and_what_a_command_leaves_behind_go_on() {
    let mut run =
        Run::start("setsid sh -c 'echo $$ > service; exec sleep 60' & echo $$ > shell; wait");
    let (service, shell) = (run.pid("service"), run.pid("shell"));
    signal(run.serve(), Signal::TERM);
    assert_eq!(run.wait().code(), Some(128 + 15));
    assert_gone_within(&[("shell", shell)], Duration::ZERO);
    assert!(is_alive(service));
    signal(service, Signal::KILL);

    let mut run = Run::start("sleep 60 & echo $! > left; exit 5");
    assert_eq!(run.wait().code(), Some(5));
    let left = run.pid("left");
    assert!(is_alive(left));
    signal(left, Signal::KILL);
}

/// The command has the three streams of `serve`, what else `serve` inherited, and nothing of ours.
#[test]
fn a_command_inherits_streams_and_nothing_else() {
    let folder = TempDir::new().expect("a folder");
    let listed = "ls /proc/self/fd; cat; echo error >&2";
    // Descriptor 7 is the caller's, and open in both.
    let outer = "exec 7< /dev/null; echo plain; sh -c \"$0\" < /dev/null; echo served; exec \"$@\"";
    let mut child = Command::new("sh")
        .args(["-c", outer, listed, env!("CARGO_BIN_EXE_byok")])
        .args(["serve", "--quiet", "--", "sh", "-c", listed])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(b"typed\n").expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("its output");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    let said = said.strip_prefix("plain\n").expect("the first list");
    let (plain, served) = said.split_once("served\n").expect("the second list");
    assert_eq!(served, format!("{plain}typed\n"));
    assert!(plain.contains("\n7\n"), "{plain}");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    let expected = "error\nerror\nbyok: warning: COMMAND ended, and no request arrived";
    assert!(stderr.starts_with(expected), "{stderr}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn only_serve_starts_a_supervisor() {
    for stdin in [Stdio::null(), Stdio::piped()] {
        let output = Command::new(env!("CARGO_BIN_EXE_byok"))
            .arg0("rehearsal-supervisor")
            .stdin(stdin)
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        let expected = "byok: error: only byok serve can start rehearsal-supervisor";
        assert!(said.starts_with(expected), "{said}");
    }
}

/// On a terminal the command is in the foreground, and can ask for a passphrase.
#[test]
fn on_a_terminal_the_command_reads_what_is_typed_and_ends_with_serve() {
    let folder = TempDir::new().expect("a folder");
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&terminal).expect("granted");
    unlockpt(&terminal).expect("unlocked");
    let name = ptsname(&terminal, Vec::new()).expect("a name");
    let end = File::options()
        .read(true)
        .write(true)
        .open(name.into_string().expect("UTF-8"))
        .expect("the other end");
    let script = format!(
        "printf 'passphrase: ' > /dev/tty; read line < /dev/tty; echo \"$line\" > typed\n{FAMILY}"
    );
    // The shell leads the session and stays: the end of a leader would end everything by itself.
    let leader = "\"$0\" serve --quiet -- sh -c \"$1\" < /dev/tty & echo $! > serve; echo $$ > leader; wait; sleep 60";
    let mut shell = Command::new("setsid")
        .args(["--ctty", "sh", "-c", leader])
        .args([env!("CARGO_BIN_EXE_byok"), &script])
        .current_dir(folder.path())
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .stdin(Stdio::from(end.try_clone().expect("another")))
        .stdout(Stdio::null())
        .stderr(Stdio::from(end))
        .spawn()
        .expect("a shell");
    let mut terminal = File::from(terminal);
    let mut prompt = Vec::new();
    while !prompt.ends_with(b"passphrase: ") {
        let mut byte = [0];
        terminal.read_exact(&mut byte).expect("a prompt");
        prompt.extend(byte);
    }
    terminal.write_all(b"correct horse\n").expect("typed");
    let pid = |name: &str| pid_in(&folder.path().join(name));
    let family: Vec<_> = NAMES.iter().map(|name| (*name, pid(name))).collect();
    let typed = fs::read_to_string(folder.path().join("typed")).expect("a file");
    assert_eq!(typed, "correct horse\n");
    let (serve, leader) = (pid("serve"), pid("leader"));
    let command = family[0].1;
    assert_eq!(group(command), group(serve));
    assert_ne!(
        group(parent(command)),
        group(serve),
        "no signal of the terminal reaches it"
    );
    signal(serve, Signal::KILL);
    assert_gone_within(&family, SOON);
    assert!(is_alive(leader), "others of the group are left alone");
    signal(leader, Signal::KILL);
    let _ = shell.wait();
}

/// A container that is made from scratch has the program and little else.
#[test]
fn without_proc_the_command_runs_and_ends() {
    if !rustix::process::geteuid().is_root() || !cfg!(target_os = "linux") {
        return skipped("root on Linux, who can change the root folder,");
    }
    let root = TempDir::new().expect("a folder");
    let program = env!("CARGO_BIN_EXE_byok");
    for file in [program, "/bin/sh", "/bin/sleep"] {
        copy_with_libraries(root.path(), Path::new(file));
    }
    let start = |script: &str| {
        let mut command = Command::new("chroot");
        command
            .arg(root.path())
            .arg(program)
            .args(["serve", "--quiet"]);
        command
            .args(["--", "/bin/sh", "-c", script])
            .stdin(Stdio::null());
        command.spawn().expect("chroot starts")
    };
    assert_eq!(start("exit 7").wait().expect("its status").code(), Some(7));
    for asked in [Signal::TERM, Signal::KILL] {
        let numbers = root.path().join("numbers");
        let _ = fs::remove_file(&numbers);
        let mut serve = start("/bin/sleep 305 & echo $$ > /shell; echo $! > /numbers; wait");
        let family = [
            ("child", pid_in(&numbers)),
            ("shell", pid_in(&root.path().join("shell"))),
        ];
        signal(Pid::from_child(&serve), asked);
        serve.wait().expect("its status");
        assert_gone_within(&family, SOON);
    }
}

fn copy_with_libraries(root: &Path, program: &Path) {
    let listed = Command::new("ldd").arg(program).output().expect("ldd");
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let libraries = listed
        .split_whitespace()
        .filter(|word| word.starts_with('/'));
    for file in libraries.map(Path::new).chain([program]) {
        let copy = root.join(file.strip_prefix("/").expect("an absolute path"));
        fs::create_dir_all(copy.parent().expect("a folder")).expect("made");
        fs::copy(file, copy).expect("copied");
    }
}
