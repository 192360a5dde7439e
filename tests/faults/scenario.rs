//! The commands that write files, and what must be true after each run.

use serde_json::Value;

use crate::folder::Folder;

const KEY_ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

/// 32 bytes that do not look like text.
const MATERIAL: &[u8; 32] = b"\xf0\x9fTEST\x8b\xad\xf0\x0dkey\xc0\xffee-not-4-used\xde\xad\xbe\xef";

const CREATE: &str =
    "key create --key-spec SYMMETRIC_DEFAULT --id 1234abcd-12ab-34cd-56ef-1234567890ab";
const PARAMS: &str = "params --key-id 1234abcd-12ab-34cd-56ef-1234567890ab --wrapping-algorithm \
                      RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048 -o params.json";
const WRAP: &str = "wrap --rehearsal --params params.json --key-spec SYMMETRIC_DEFAULT \
                    --wrapping-algorithm RSAES_OAEP_SHA_256 key.bin -o request.json";
const WRAP_AGAIN: &str = "wrap --rehearsal --params params.json --key-spec SYMMETRIC_DEFAULT \
                          --wrapping-algorithm RSAES_OAEP_SHA_256 key.bin -o request.json --force";
const WRAP_INTO_A_FOLDER: &str = "wrap --rehearsal --params params.json --key-spec SYMMETRIC_DEFAULT \
                                  --wrapping-algorithm RSAES_OAEP_SHA_256 key.bin --out-dir import";
const BATCH: &str = "batch wrap --rehearsal --params params.json --key-spec SYMMETRIC_DEFAULT \
                     --wrapping-algorithm RSAES_OAEP_SHA_256 rows.csv --jobs 1 --out-dir out -o lines.jsonl";
const VERIFY: &str = "verify --import-request request.json";

/// A command line, how its folder is prepared, and what it does.
pub(crate) struct Scenario {
    pub(crate) line: &'static str,
    prepared_by: &'static [&'static str],
    outcome: Outcome,
}

/// What the command does: all of it or nothing.
enum Outcome {
    /// Writes a request to `request.json`.
    Request,
    /// Replaces `request.json` by another request.
    OtherRequest,
    /// Writes an import folder.
    ImportFolder,
    /// Writes parameters to `params.json`.
    Parameters,
    /// Gives the key this state, from the one before.
    State {
        before: &'static str,
        after: &'static str,
    },
    /// Creates the key.
    Key,
    /// Wraps two rows: a line and a folder for each.
    Rows,
    /// Destroys the store.
    NoStore,
}

pub(crate) fn wrap() -> Scenario {
    Scenario {
        line: WRAP,
        prepared_by: &[CREATE, PARAMS],
        outcome: Outcome::Request,
    }
}

pub(crate) fn wrap_again() -> Scenario {
    Scenario {
        line: WRAP_AGAIN,
        prepared_by: &[CREATE, PARAMS, WRAP],
        outcome: Outcome::OtherRequest,
    }
}

pub(crate) fn wrap_into_a_folder() -> Scenario {
    Scenario {
        line: WRAP_INTO_A_FOLDER,
        prepared_by: &[CREATE, PARAMS],
        outcome: Outcome::ImportFolder,
    }
}

pub(crate) fn params() -> Scenario {
    Scenario {
        line: PARAMS,
        prepared_by: &[CREATE],
        outcome: Outcome::Parameters,
    }
}

pub(crate) fn verify_and_import() -> Scenario {
    Scenario {
        line: "verify --import-request request.json --import",
        prepared_by: &[CREATE, PARAMS, WRAP],
        outcome: Outcome::State {
            before: "PendingImport",
            after: "Enabled",
        },
    }
}

pub(crate) fn key_create() -> Scenario {
    Scenario {
        line: CREATE,
        prepared_by: &[],
        outcome: Outcome::Key,
    }
}

pub(crate) fn key_set_state() -> Scenario {
    Scenario {
        line: "key set-state 1234abcd-12ab-34cd-56ef-1234567890ab Disabled",
        prepared_by: &[
            CREATE,
            PARAMS,
            WRAP,
            "verify --import-request request.json --import",
        ],
        outcome: Outcome::State {
            before: "Enabled",
            after: "Disabled",
        },
    }
}

pub(crate) fn batch() -> Scenario {
    Scenario {
        line: BATCH,
        prepared_by: &[CREATE, PARAMS],
        outcome: Outcome::Rows,
    }
}

pub(crate) fn store_destroy() -> Scenario {
    Scenario {
        line: "store destroy --yes",
        prepared_by: &[CREATE, PARAMS],
        outcome: Outcome::NoStore,
    }
}

impl Scenario {
    pub(crate) fn prepare(&self, folder: &Folder) {
        std::fs::write(folder.path("key.bin"), MATERIAL).expect("written");
        let other: Vec<u8> = MATERIAL.iter().rev().copied().collect();
        std::fs::write(folder.path("other.bin"), other).expect("written");
        std::fs::write(
            folder.path("rows.csv"),
            "Id,Material\na,key.bin\nb,other.bin\n",
        )
        .expect("written");
        for line in self.prepared_by {
            folder.must(line).expect("prepared");
        }
        if matches!(self.outcome, Outcome::OtherRequest) {
            std::fs::copy(folder.path("request.json"), folder.path("first.json")).expect("copied");
        }
    }

    /// Checks that the outcome is whole or absent; where the run succeeded, it must be there.
    pub(crate) fn is_done_or_not(&self, folder: &Folder, succeeded: bool) -> Result<(), String> {
        let is_there = self.is_done(folder)?;
        if succeeded && !is_there {
            return Err("it succeeded, and nothing is there".to_owned());
        }
        Ok(())
    }

    fn is_done(&self, folder: &Folder) -> Result<bool, String> {
        match &self.outcome {
            Outcome::Request => {
                let Some(_) = folder.json("request.json")? else {
                    return Ok(false);
                };
                folder.must(VERIFY).map(|_| true)
            }
            Outcome::OtherRequest => {
                let Some(request) = folder.json("request.json")? else {
                    return Err("request.json is lost".to_owned());
                };
                folder.must(VERIFY)?;
                Ok(Some(request) != folder.json("first.json")?)
            }
            Outcome::Parameters => match folder.json("params.json")? {
                Some(_) => folder.must(&format!("{WRAP} --force")).map(|_| true),
                None => Ok(false),
            },
            Outcome::ImportFolder => {
                // The script comes last. Without it, verify says that the folder is incomplete.
                if !folder.path("import/REHEARSAL-import.sh").exists() {
                    return Ok(false);
                }
                folder.must("verify --dir import").map(|_| true)
            }
            Outcome::State { before, after } => {
                let state = state(folder)?;
                if state == *after {
                    Ok(true)
                } else if state == *before {
                    Ok(false)
                } else {
                    Err(format!("the key is {state}"))
                }
            }
            Outcome::Key => Ok(keys(folder)?.contains(KEY_ID)),
            Outcome::Rows => rows(folder),
            // An empty folder may stay.
            Outcome::NoStore => Ok(!folder.path("store/root").exists()),
        }
    }

    /// Returns the command that repeats this one. A folder may have some of its files already.
    fn again(&self) -> String {
        match self.outcome {
            Outcome::ImportFolder | Outcome::Rows => format!("{} --force", self.line),
            _ => self.line.to_owned(),
        }
    }

    /// Checks that the command, run again where it was not done, succeeds, and is then done.
    pub(crate) fn can_be_repeated(&self, folder: &Folder) -> Result<(), String> {
        if !self.is_done(folder)? {
            folder.must(&self.again())?;
            if !self.is_done(folder)? {
                return Err("run again, it did nothing".to_owned());
            }
        }
        Ok(())
    }
}

/// Returns whether both rows have their line and their folder. Each folder that is there is whole.
fn rows(folder: &Folder) -> Result<bool, String> {
    for row in ["a", "b"] {
        if folder.path(&format!("out/{row}")).exists() {
            folder.must(&format!("verify --dir out/{row}"))?;
            folder
                .json(&format!("out/{row}/batch-row.json"))?
                .ok_or("a row without its record")?;
        }
    }
    let Ok(lines) = std::fs::read_to_string(folder.path("lines.jsonl")) else {
        return Ok(false);
    };
    let lines: Result<Vec<Value>, _> = lines.lines().map(serde_json::from_str).collect();
    let lines = lines.map_err(|error| format!("lines.jsonl is torn: {error}"))?;
    let ids: Vec<_> = lines.iter().map(|line| line["Id"].as_str()).collect();
    if ids != [Some("a"), Some("b")] {
        return Err(format!("lost or doubled rows: {ids:?}"));
    }
    let is_done = |line: &Value| {
        ["done", "skipped"]
            .map(Value::from)
            .contains(&line["Status"])
    };
    for line in lines.iter().filter(|line| is_done(line)) {
        let row = line["Id"].as_str().unwrap_or_default();
        if !folder.path(&format!("out/{row}")).exists() {
            return Err(format!(
                "row {row} is {}, and has no folder",
                line["Status"]
            ));
        }
    }
    Ok(lines.iter().all(is_done))
}

/// Returns the state of the key.
fn state(folder: &Folder) -> Result<String, String> {
    let answer = folder.must(&format!("key describe {KEY_ID}"))?;
    let answer: Value = serde_json::from_str(&answer).map_err(|error| error.to_string())?;
    let state = answer["KeyMetadata"]["KeyState"].as_str();
    state.map(str::to_owned).ok_or_else(|| answer.to_string())
}

/// Returns the list of keys; a store that is not there, or has no root secret yet, has none.
fn keys(folder: &Folder) -> Result<String, String> {
    if folder.path("store/root").exists() {
        folder.must("key list --output json")
    } else {
        Ok(String::new())
    }
}
