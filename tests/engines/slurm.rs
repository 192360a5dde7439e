//! A Slurm of one node: an array of tasks, and one task that is run again.

use std::fs::{self, File, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::interop_support::random::random_bytes;
use crate::interop_support::{Sandbox, say, skip};
use crate::workplace::{Workplace, example, said};

/// The timeout of the start.
const PATIENCE: Duration = Duration::from_secs(60);

/// The daemons of Slurm and of its authentication, which end on drop.
struct Slurm {
    folder: Sandbox,
    daemons: Vec<Child>,
}

impl Slurm {
    /// Starts a cluster. Returns `None` without the programs, or without root.
    fn start() -> Option<Self> {
        let is_root = rustix::process::getuid().is_root();
        // sbatch says its version only with a configuration.
        let version = Command::new("/usr/sbin/slurmctld").arg("-V").output();
        let Some(version) = version.ok().filter(|_| is_root) else {
            skip("there is no Slurm, or the test does not run as root");
            return None;
        };
        say(String::from_utf8_lossy(&version.stdout).trim());
        let folder = Sandbox::new();
        // munged refuses a socket in a folder that not everybody can enter.
        let open = Permissions::from_mode(0o755);
        fs::set_permissions(folder.path(""), open).expect("its own folder");
        let mut slurm = Self {
            folder,
            daemons: Vec::new(),
        };
        slurm.configure();
        let folder = slurm.folder.path("");
        let path = |option: &str, name: &str| format!("--{option}={}", folder.join(name).display());
        slurm.run(
            "munged",
            &[
                "--foreground",
                "--num-threads=1",
                &path("key-file", "munge.key"),
                &path("socket", "munge.socket"),
                &path("pid-file", "munge.pid"),
                &path("log-file", "munge.log"),
                &path("seed-file", "munge.seed"),
            ],
        );
        slurm.wait_for(
            "munge",
            &["--no-input", &path("socket", "munge.socket")],
            "MUNGE",
        );
        slurm.run("slurmctld", &["-D"]);
        slurm.run("slurmd", &["-D"]);
        slurm.wait_for("sinfo", &["--noheader", "--format=%t"], "idle");
        Some(slurm)
    }

    fn configure(&self) {
        for name in ["state", "spool"] {
            fs::create_dir(self.folder.path(name)).expect("a folder");
        }
        self.folder.write("munge.key", random_bytes(128));
        let private = Permissions::from_mode(0o600);
        fs::set_permissions(self.folder.path("munge.key"), private).expect("its own file");
        let name = fs::read_to_string("/proc/sys/kernel/hostname").expect("Linux");
        let name = name.trim().split('.').next().unwrap_or_default();
        let ports = free_ports();
        let configuration = format!(
            "ClusterName=byok\n\
             SlurmctldHost={name}(127.0.0.1)\n\
             SlurmctldPort={}\nSlurmdPort={}\n\
             AuthType=auth/munge\nAuthInfo=socket={folder}munge.socket\nCredType=cred/munge\n\
             SlurmUser=root\nSlurmdUser=root\n\
             SlurmctldPidFile={folder}slurmctld.pid\nSlurmdPidFile={folder}slurmd.pid\n\
             StateSaveLocation={folder}state\nSlurmdSpoolDir={folder}spool\n\
             SlurmctldLogFile={folder}slurmctld.log\nSlurmdLogFile={folder}slurmd.log\n\
             ProctrackType=proctrack/pgid\nTaskPlugin=task/none\nMpiDefault=none\n\
             SelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\n\
             NodeName={name} NodeAddr=127.0.0.1 CPUs=2 RealMemory=1024 State=UNKNOWN\n\
             PartitionName=main Nodes=ALL Default=YES State=UP\n",
            ports[0],
            ports[1],
            folder = self.folder.path("").display()
        );
        self.folder.write("slurm.conf", configuration);
    }

    fn run(&mut self, daemon: &str, arguments: &[&str]) {
        let log = File::create(self.folder.path(format!("{daemon}.out"))).expect("a file");
        let mut command = self.command(daemon);
        let errors = log.try_clone().expect("a file");
        let command = command.args(arguments).stdin(Stdio::null());
        let daemon = command.stdout(log).stderr(errors).spawn();
        self.daemons.push(daemon.expect("a daemon of Slurm"));
    }

    /// Returns a program of Slurm. Its daemons are in a folder that is only in root's PATH.
    fn command(&self, program: &str) -> Command {
        let mut command = self.folder.command(program);
        let path = std::env::var("PATH").expect("a PATH");
        command
            .env("PATH", format!("{path}:/usr/sbin"))
            .env("SLURM_CONF", self.configuration());
        command
    }

    fn configuration(&self) -> std::path::PathBuf {
        self.folder.path("slurm.conf")
    }

    /// Waits until a program succeeds and prints a text with `word`.
    fn wait_for(&self, program: &str, arguments: &[&str], word: &str) {
        let began = Instant::now();
        loop {
            let output = self.command(program).args(arguments).output();
            let output = output.expect("a program of Slurm");
            if output.status.success() && String::from_utf8_lossy(&output.stdout).contains(word) {
                return;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "{}{}",
                said(&output),
                self.logs()
            );
            sleep(Duration::from_millis(100));
        }
    }

    /// Returns what the daemons printed.
    fn logs(&self) -> String {
        let log = |daemon: &str| {
            let log = self.folder.read(&format!("{daemon}.out"));
            format!("\n{daemon}:\n{}", String::from_utf8_lossy(&log))
        };
        ["munged", "slurmctld", "slurmd"].map(log).concat()
    }
}

impl Drop for Slurm {
    fn drop(&mut self) {
        for daemon in self.daemons.iter_mut().rev() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

/// Returns two ports that nobody uses.
fn free_ports() -> [u16; 2] {
    let listeners = [0, 1].map(|_| TcpListener::bind(("127.0.0.1", 0)).expect("a port"));
    listeners.map(|listener| listener.local_addr().expect("an address").port())
}

#[test]
fn an_array_answers_each_row_once_after_a_killed_and_a_failed_task() {
    let Some(slurm) = Slurm::start() else { return };
    let workplace = Workplace::new(80);
    let sbatch = |arguments: &[&str]| {
        let mut command = workplace.command("sbatch");
        command
            .arg("--wait")
            .args(arguments)
            .arg(example("slurm/wrap.sbatch"))
            .env("SLURM_CONF", slurm.configuration());
        command.output().expect("sbatch starts")
    };

    workplace.kill_once(3);
    workplace.hide_key(55);
    let killed = sbatch(&[]);
    assert!(
        !killed.status.success(),
        "{}{}",
        said(&killed),
        slurm.logs()
    );
    assert_eq!(workplace.read("results/003.jsonl"), None);
    let others = workplace.read("results/004.jsonl");
    assert!(others.is_some(), "{}{}", said(&killed), slurm.logs());

    workplace.show_key(55);
    let again = sbatch(&["--array=3,5"]);
    assert!(again.status.success(), "{}{}", said(&again), slurm.logs());
    assert_eq!(workplace.read("results/004.jsonl"), others);
    let answers = workplace.results();
    let skipped = workplace.check_answers(&answers);
    assert_eq!(skipped, 19, "the rows of two tasks but for one");
    workplace.check_folders(&answers);
}
