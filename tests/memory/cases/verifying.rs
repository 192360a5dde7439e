//! Cases of `verify`, which opens wrapped material, and of `inspect`, which opens a token.

use std::fs;

use super::{Case, folder, json, params_line, set_up, wrap_line};
use crate::material::Material;
use crate::wrapping_key;

/// Opens with the key in the import token, and with one in a file.
pub(crate) fn verify() -> Vec<Case> {
    let mut cases = Vec::new();
    for material in Material::all() {
        cases.extend(verify_token(&material));
        cases.extend(verify_private_key(&material));
    }
    cases.extend(
        Material::wrongly_wrapped()
            .iter()
            .map(|(material, key_spec)| {
                verify_with_private_key(material, "--allow-weak")(key_spec, material.algorithm, 1)
            }),
    );
    cases
}

fn verify_token(material: &Material) -> Vec<Case> {
    let Material {
        key_spec,
        algorithm,
        secrets,
        ..
    } = material;
    let folder = folder(material);
    let file = material.forms[0].arguments_of_wrap(folder.path());
    set_up(
        &folder,
        &format!(
            "{} -o params.json",
            params_line(key_spec, algorithm, "RSA_2048")
        ),
    );
    let wrap = format!("wrap --rehearsal --params params.json --key-spec {key_spec}");
    set_up(
        &folder,
        &format!("{wrap} --wrapping-algorithm {algorithm} -o request.json {file}"),
    );
    let request = json(folder.path(), "request.json");
    let root = wrapping_key::root_secret(folder.path());
    let key = wrapping_key::sealed_in(&request, &root);
    let inside = wrapping_key::inside(&request, &key);
    let known = [
        secrets.clone(),
        wrapping_key::secrets(&key),
        inside,
        vec![root],
    ]
    .concat();
    fs::write(folder.path().join("token"), wrapping_key::token(&request)).expect("written");
    let damaged = wrapping_key::with_damaged_blob(request).to_string();
    fs::write(folder.path().join("damaged.json"), damaged).expect("written");
    let verify = |rest: &str, status| {
        Case::new(
            &folder,
            format!("verify --import-request {rest}"),
            status,
            known.clone(),
        )
    };
    let inspect = Case::new(&folder, "inspect token".to_owned(), 0, known.clone());
    let mut cases = vec![
        verify("request.json", 0),
        verify("damaged.json", 1),
        inspect,
    ];
    for form in &material.forms {
        let (source, stdin) = form.source();
        let line = format!(
            "request.json --report report.md --force {}",
            source.replacen(&form.file, &format!("--material {}", form.file), 1)
        );
        let case = verify(&line, 0);
        let known = [known.clone(), form.secrets.clone()].concat();
        cases.push(Case {
            stdin,
            known,
            name: format!("{} ({})", case.name, form.name),
            ..case
        });
    }
    cases
}

/// As it was wrapped, and with another hash, which byok finds by opening the blob.
fn verify_private_key(material: &Material) -> [Case; 2] {
    let verify = verify_with_private_key(material, "");
    let other = material.algorithm.replace("SHA_256", "SHA_1");
    [
        verify(material.key_spec, material.algorithm, 0),
        verify(material.key_spec, &other, 1),
    ]
}

/// Wraps material with `options`. The result makes cases of it, for a key spec, an algorithm and a
/// status.
fn verify_with_private_key(material: &Material, options: &str) -> impl Fn(&str, &str, i32) -> Case {
    let Material {
        key_spec,
        algorithm,
        secrets,
        ..
    } = material;
    let folder = folder(material);
    let file = material.forms[0].arguments_of_wrap(folder.path());
    set_up(
        &folder,
        &wrap_line(
            key_spec,
            algorithm,
            &format!("{options} -o request.json {file}"),
        ),
    );
    let request = json(folder.path(), "request.json");
    let key = wrapping_key::of_the_fixtures();
    fs::write(folder.path().join("blob"), wrapping_key::blob(&request)).expect("written");
    let inside = wrapping_key::inside(&request, &key);
    let known = [secrets.clone(), wrapping_key::secrets(&key), inside].concat();
    move |key_spec, algorithm, status| {
        let line = format!(
            "verify --private-key TEST-wrapping-2048.pem --encrypted-key-material blob --key-spec {key_spec} \
             --wrapping-algorithm {algorithm}"
        );
        Case::new(&folder, line, status, known.clone())
    }
}
