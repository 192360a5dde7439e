//! A call that bypasses the rehearsal reaches AWS without valid credentials.
//!
//! The parent has credentials in every place where the AWS CLI looks for them. Traffic that would
//! leave the machine goes to a proxy of the test instead, and no further.

use std::path::Path;
use std::process::{Command, Output};
use std::thread;

use crate::interop_support::{Sandbox, python_with, say};
use crate::trap::Trap;

/// The marker in all data of the parent, which must appear nowhere else.
const PRODUCTION: &str = "PRODUCTION";

/// Credentials of the parent's environment, in every variable that an SDK or a tool reads or once read,
/// and in variables of names that nobody has thought of yet.
const VARIABLES: [&str; 38] = [
    "AMAZON_ACCESS_KEY_ID",
    "AMAZON_SECRET_ACCESS_KEY",
    "AMAZON_SESSION_TOKEN",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_ACCOUNT_ID",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CREDENTIAL_SCOPE",
    "AWS_DEFAULT_PROFILE",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_ENDPOINT_URL_S3",
    "AWS_LATER_CREDENTIALS_URI",
    "AWS_LOGIN_CACHE_DIRECTORY",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_SSO_SESSION",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "EC2_ACCESS_KEY",
    "EC2_SECRET_KEY",
    "EC2_SECURITY_TOKEN",
    "IBM_JAVA_OPTIONS",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "NODE_OPTIONS",
    "PYTHONSTARTUP",
    "RUBYOPT",
    "_JAVA_OPTIONS",
];

/// Credentials in variables that only their value gives away.
const VALUES: [(&str, &str); 4] = [
    ("CI_DEPLOY_KEY", "AKIAPRODUCTION000005"),
    ("GRADLE_OPTS", "-Xmx1g -Daws.secretAccessKey=PRODUCTION"),
    ("MAVEN_OPTS", "-Dcom.amazonaws.PRODUCTION=1"),
    (
        "BASH_FUNC_aws%%",
        "() {  AWS_ACCESS_KEY_ID=ASIAPRODUCTION000006 command aws \"$@\"\n}",
    ),
];

/// Files with credentials: the variable that names each, and its default path.
const FILES: [(&str, &str); 6] = [
    ("AWS_CONFIG_FILE", ".aws/config"),
    ("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
    ("AWS_CREDENTIAL_FILE", "credential-file"),
    ("BOTO_CONFIG", ".boto"),
    ("AWS_CREDENTIAL_PROFILES_FILE", "profiles"),
    ("BASH_ENV", "bash-env"),
];

const OF_FILES: [&str; 6] = [
    "[default]\nregion = us-east-1\n[profile production]\nregion = us-east-1\n",
    "[default]\naws_access_key_id = AKIAPRODUCTION000001\naws_secret_access_key = PRODUCTION\n\
     [production]\naws_access_key_id = AKIAPRODUCTION000002\naws_secret_access_key = PRODUCTION\n",
    "AWSAccessKeyId=AKIAPRODUCTION000003\nAWSSecretKey=PRODUCTION\n",
    "[Credentials]\naws_access_key_id = AKIAPRODUCTION000004\naws_secret_access_key = PRODUCTION\n",
    "[default]\naws_access_key_id = AKIAPRODUCTION000007\naws_secret_access_key = PRODUCTION\n",
    "export AWS_ACCESS_KEY_ID=AKIAPRODUCTION000008 AWS_SECRET_ACCESS_KEY=PRODUCTION\n",
];

/// The destination of a call.
#[derive(Debug, Clone, Copy)]
enum End {
    /// The rehearsal answers it.
    Rehearsal,
    /// The rehearsal answers it with this text.
    Answered(&'static str),
    /// The rehearsal refuses it, and the client prints this in one line.
    Refused(&'static str),
    /// It is never sent; the client reports an error.
    Unsent(&'static str),
    /// The proxy gets a tunnel request for this host.
    Tunnel(&'static str),
    /// The proxy reads the request for this host, with credentials that AWS does not know.
    Dummy(&'static str),
}

const CALLER: &str = "arn:aws:iam::111122223333:user/byok-rehearsal";
const NO_PROFILE: &str = "The config profile (absent) could not be found";
const NO_CREDENTIALS: &str = "Unable to locate credentials";

/// Mistakes in a script, and the destination of each call.
const SLIPS: &[(&str, End)] = &[
    ("aws kms list-keys", End::Rehearsal),
    (
        "bash -c '\"$PYTHON\" -m awscli kms list-keys'",
        End::Rehearsal,
    ),
    (
        "bash -c '\"$PYTHON\" -m awscli kms list-keys --endpoint-url http://kms.us-east-1.amazonaws.com'",
        End::Dummy("kms.us-east-1."),
    ),
    ("unset AWS_ENDPOINT_URL; aws kms list-keys", End::Rehearsal),
    (
        "unset AWS_ENDPOINT_URL_KMS; aws kms list-keys",
        End::Rehearsal,
    ),
    ("aws sts get-caller-identity", End::Answered(CALLER)),
    (
        "aws sts get-session-token",
        End::Refused(
            "(InvalidAction) when calling the GetSessionToken operation: byok serve does not rehearse sts:GetSessionToken",
        ),
    ),
    (
        "aws s3 ls",
        End::Refused(
            "(NotImplemented) when calling the ListBuckets operation: byok serve does not rehearse s3",
        ),
    ),
    (
        "echo x > file; aws s3 cp file s3://bucket/key",
        End::Refused(
            "(NotImplemented) when calling the PutObject operation: byok serve does not rehearse s3",
        ),
    ),
    (
        "aws secretsmanager get-secret-value --secret-id x",
        End::Refused(
            "(UnknownOperationException) when calling the GetSecretValue operation: byok serve does not rehearse secretsmanager:GetSecretValue",
        ),
    ),
    (
        "aws dynamodb list-tables",
        End::Refused("byok serve does not rehearse dynamodb:ListTables"),
    ),
    (
        "aws ec2 describe-instances",
        End::Refused(
            "(InvalidAction) when calling the DescribeInstances operation: byok serve does not rehearse ec2:DescribeInstances",
        ),
    ),
    (
        "aws iam list-users",
        End::Refused("byok serve does not rehearse iam:ListUsers"),
    ),
    (
        "aws lambda list-functions",
        End::Refused(
            "(UnknownOperationException) when calling the ListFunctions operation: byok serve does not rehearse lambda",
        ),
    ),
    (
        "aws route53 list-hosted-zones",
        End::Refused("byok serve does not rehearse route53"),
    ),
    (
        "aws cloudwatch list-metrics",
        End::Refused("byok serve does not rehearse monitoring"),
    ),
    ("aws --profile production kms list-keys", End::Rehearsal),
    (
        "export AWS_PROFILE=production; aws sts get-caller-identity",
        End::Answered(CALLER),
    ),
    (
        "aws --profile absent kms list-keys",
        End::Unsent(NO_PROFILE),
    ),
    (
        "unset AWS_ENDPOINT_URL AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; aws sts get-caller-identity",
        End::Answered(CALLER),
    ),
    (
        "unset AWS_ENDPOINT_URL; aws sts get-caller-identity",
        End::Answered(CALLER),
    ),
    (
        "unset AWS_ENDPOINT_URL AWS_CONFIG_FILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; aws sts get-caller-identity",
        End::Unsent(NO_CREDENTIALS),
    ),
    (
        "unset AWS_ENDPOINT_URL AWS_CONFIG_FILE; aws sts get-caller-identity",
        End::Tunnel("sts."),
    ),
    (
        "unset AWS_ENDPOINT_URL AWS_CONFIG_FILE; aws s3 ls",
        End::Tunnel("s3."),
    ),
    (
        "unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_KMS; aws kms list-keys",
        End::Rehearsal,
    ),
    (
        "unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_KMS AWS_CONFIG_FILE; aws kms list-keys",
        End::Tunnel("kms.us-east-1."),
    ),
    (
        "aws kms list-keys --endpoint-url http://kms.us-east-1.amazonaws.com",
        End::Dummy("kms.us-east-1."),
    ),
    (
        "unset AWS_ENDPOINT_URL; aws sts get-caller-identity --endpoint-url http://sts.amazonaws.com",
        End::Dummy("sts."),
    ),
    (
        "unset AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE BOTO_CONFIG; \
         aws kms list-keys --endpoint-url http://kms.us-east-1.amazonaws.com",
        End::Dummy("kms.us-east-1."),
    ),
];

/// Runs `byok serve` with a shell command, in an environment full of production settings.
fn serve(sandbox: &Sandbox, script: &str, python: &Path, trap: &Trap) -> Output {
    std::fs::create_dir_all(sandbox.path(".aws")).expect("a folder");
    let mut command: Command = sandbox.command(env!("CARGO_BIN_EXE_byok"));
    command.envs(VARIABLES.map(|name| (name, format!("{PRODUCTION}-{name}"))));
    command.envs(VALUES);
    for ((variable, name), contents) in FILES.into_iter().zip(OF_FILES) {
        sandbox.write(name, contents);
        command.env(variable, sandbox.path(name));
    }
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
        command.env(name, &trap.url);
    }
    command.env_remove("NO_PROXY").env_remove("no_proxy");
    command.env("PYTHON", python).env("AWS_MAX_ATTEMPTS", "1");
    let script = format!("aws() {{ \"$PYTHON\" -m awscli \"$@\"; }}\n{script}");
    command
        .args(["serve", "--quiet", "--", "sh", "-c", &script])
        .output()
        .expect("byok runs")
}

#[test]
fn a_stray_call_takes_nothing_of_production_along() {
    let Some(python) = python_with("awscli") else {
        return;
    };
    thread::scope(|scope| {
        for &(script, end) in SLIPS {
            let python = &python;
            scope.spawn(move || {
                let (sandbox, trap) = (Sandbox::new(), Trap::set());
                let output = serve(&sandbox, script, python, &trap);
                check(script, end, &output, &trap.caught());
                say(&format!("{script}: {end:?}"));
            });
        }
    });
}

fn check(script: &str, end: End, output: &Output, caught: &[String]) {
    let said = [&output.stdout[..], &output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let what = format!("{script}: {}\n{said}{caught:#?}", output.status);
    assert_eq!(
        output.status.success(),
        matches!(end, End::Rehearsal | End::Answered(_)),
        "{what}"
    );
    assert!(
        !said.contains(PRODUCTION) && !caught.concat().contains(PRODUCTION),
        "{what}"
    );
    let begins =
        |start: &str| !caught.is_empty() && caught.iter().all(|head| head.starts_with(start));
    match end {
        End::Rehearsal => assert!(caught.is_empty() && said.contains("\"Keys\": []"), "{what}"),
        End::Answered(text) | End::Refused(text) | End::Unsent(text) => {
            assert!(caught.is_empty() && said.contains(text), "{what}");
        }
        End::Tunnel(host) => assert!(begins(&format!("CONNECT {host}")), "{what}"),
        End::Dummy(host) => {
            assert!(begins(&format!("POST http://{host}")), "{what}");
            let credential = "Authorization: AWS4-HMAC-SHA256 Credential=AKIDREHEARSALNOTAWS0/";
            assert!(
                caught.iter().all(|head| head.contains(credential)),
                "{what}"
            );
            assert!(
                caught
                    .iter()
                    .all(|head| !head.contains("X-Amz-Security-Token")),
                "{what}"
            );
        }
    }
}

/// The environment of the command contains none of them, under any name.
#[test]
fn a_command_finds_nothing_of_production() {
    let (sandbox, trap) = (Sandbox::new(), Trap::set());
    let output = serve(&sandbox, "env", Path::new("python3"), &trap);
    let found = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && found.contains("\nAWS_ENDPOINT_URL=http://127.0.0.1:"));
    let files = FILES.map(|(_, name)| sandbox.path(name).display().to_string());
    let is_of_production =
        |line: &&str| line.contains(PRODUCTION) || files.iter().any(|file| line.contains(file));
    let left: Vec<_> = found.lines().filter(is_of_production).collect();
    assert!(left.is_empty(), "{left:#?}");
}
