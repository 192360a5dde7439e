//! A Kubernetes Indexed Job: its manifest is validated, and its container runs as the kubelet and the Job
//! controller run it. There is no cluster here.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::interop_support::{assert_success, python_with, test_file};
use crate::workplace::{Workplace, example, parse};

/// The Job of the example.
struct Job(Value);

/// How the pods of an index ended.
#[derive(Debug, PartialEq, Eq)]
enum Index {
    Succeeded { attempts: u64 },
    Failed { attempts: u64 },
}

impl Job {
    /// Reads and validates the manifest. Returns `None` without a Python that can.
    fn read() -> Option<Self> {
        let python = python_with("kubernetes_validate")?;
        let mut command = Command::new(python);
        command.arg(test_file("engines/kubernetes_documents.py"));
        let output = command.arg(example("kubernetes/job.yaml")).output();
        let output = assert_success("job.yaml", output.expect("Python starts"));
        let documents = parse(&String::from_utf8_lossy(&output));
        let is_job = |document: &Value| document["kind"] == "Job";
        documents.into_iter().find(is_job).map(Self)
    }

    fn container(&self) -> &Value {
        &self.0["spec"]["template"]["spec"]["containers"][0]
    }

    fn completions(&self) -> u64 {
        self.0["spec"]["completions"].as_u64().expect("a number")
    }

    /// Runs the container of an index once, in `workplace` as its volume.
    fn run_container(&self, workplace: &Workplace, index: u64) -> i32 {
        let container = self.container();
        assert_eq!(
            container["command"],
            Value::Null,
            "the image has the program"
        );
        let mount = container["volumeMounts"][0]["mountPath"].as_str();
        let mount = Path::new(mount.expect("a path"));
        let number = index.to_string();
        let argument = |argument: &Value| {
            let argument = argument.as_str().expect("a text");
            // The kubelet expands the variables of the container.
            let argument = argument.replace("$(JOB_COMPLETION_INDEX)", &number);
            assert!(!argument.contains("$("), "{argument}");
            argument.replace(
                &mount.display().to_string(),
                &workplace.path("").display().to_string(),
            )
        };
        let arguments = container["args"].as_array().expect("a list");
        let mut command = workplace.command("byok");
        command
            .args(arguments.iter().map(argument))
            .env("JOB_COMPLETION_INDEX", &number);
        let status = command.output().expect("byok starts").status;
        // The status that a container runtime reports for a signal.
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        status
            .code()
            .unwrap_or_else(|| 128 + signal.unwrap_or_default())
    }

    /// Returns whether the policy gives up an index after this exit status.
    fn fails_index(&self, status: i32) -> bool {
        let rules = self.0["spec"]["podFailurePolicy"]["rules"].as_array();
        let rules = rules.expect("a list").iter();
        let mut rules = rules.filter(|rule| rule["onExitCodes"].is_object());
        let matches = |rule: &&Value| {
            let codes = &rule["onExitCodes"];
            assert_eq!(
                (&codes["operator"], &codes["containerName"]),
                (&"In".into(), &self.container()["name"])
            );
            let values = codes["values"].as_array().expect("a list");
            values.contains(&status.into())
        };
        rules
            .find(matches)
            .is_some_and(|rule| rule["action"] == "FailIndex")
    }

    /// Runs the pods of an index until one succeeds, or the Job gives up. `between` runs after a failure.
    fn run_index(&self, workplace: &Workplace, index: u64, between: impl Fn()) -> Index {
        let limit = self.0["spec"]["backoffLimitPerIndex"].as_u64();
        let most = limit.expect("a number") + 1;
        for attempts in 1..=most {
            let status = self.run_container(workplace, index);
            if status == 0 {
                return Index::Succeeded { attempts };
            }
            if self.fails_index(status) {
                return Index::Failed { attempts };
            }
            between();
        }
        Index::Failed { attempts: most }
    }
}

#[test]
fn the_policy_retries_status_4_and_signals_alone() {
    let Some(job) = Job::read() else { return };
    let given_up: Vec<_> = (1..256).filter(|status| job.fails_index(*status)).collect();
    assert_eq!(given_up, [1, 2, 3, 5, 6, 7, 70]);
    let image = job.container()["image"].as_str().expect("a text");
    let version = concat!(":", env!("CARGO_PKG_VERSION"));
    assert!(image.ends_with(version), "{image}");
}

#[test]
fn a_job_answers_each_row_once_after_a_killed_pod() {
    let Some(job) = Job::read() else { return };
    let workplace = Workplace::new(70);
    workplace.kill_once(1);
    for index in 0..job.completions() {
        let attempts = if index == 1 { 2 } else { 1 };
        let outcome = job.run_index(&workplace, index, || {
            assert_eq!(workplace.read(&format!("results/{index}.jsonl")), None);
        });
        assert_eq!(outcome, Index::Succeeded { attempts }, "index {index}");
    }
    let answers = workplace.results();
    let skipped = workplace.check_answers(&answers);
    assert!(skipped > 0, "the second pod of index 1 did all rows again");
    workplace.check_folders(&answers);
}

#[test]
fn a_job_gives_up_a_refused_row_and_retries_a_failed_read() {
    let Some(job) = Job::read() else { return };
    let workplace = Workplace::new(16);
    workplace.write("keys/1.bin", &"too short".repeat(3));
    let outcome = job.run_index(&workplace, 0, || panic!("a second attempt"));
    assert_eq!(outcome, Index::Failed { attempts: 1 });

    workplace.hide_key(3);
    let outcome = job.run_index(&workplace, 1, || workplace.show_key(3));
    assert_eq!(outcome, Index::Succeeded { attempts: 2 });
    let answers = parse(&workplace.read("results/1.jsonl").expect("results"));
    let ids: Vec<_> = answers.iter().map(|answer| &answer["Id"]).collect();
    assert_eq!(ids, ["tenant-3", "tenant-4"]);
}
