//! Cases of the subcommands that read key material: every form, from every source.

use std::mem;
use std::path::Path;
use std::rc::Rc;

use tempfile::TempDir;

use super::{Case, json, of_each, of_every_source, wrap_line};
use crate::foreign::Foreign;
use crate::forms::Form;
use crate::material::Material;
use crate::needles::Secret;
use crate::program::Stdin;
use crate::wrapping_key;

pub(crate) fn rehearse() -> Vec<Case> {
    of_each(all_and_typed(), |material, form| {
        of_every_source(form, &rehearse_line(material), 0)
    })
}

/// Damaged keys, and wrong passphrases.
pub(crate) fn rehearse_refused() -> Vec<Case> {
    let mut materials = Material::all();
    // Damaged bytes are different bytes.
    materials.retain(Material::is_key_pair);
    for material in &mut materials {
        material.forms.retain(Form::is_plain);
        material.forms.retain(|form| !form.is_inside_text());
        // PKCS#8 holds only the seed: another byte makes another key, and its PEM has one line.
        if material.key_spec == "ECC_NIST_EDWARDS25519" {
            material
                .forms
                .retain(|form| matches!(form.name, "JWK" | "OpenSSH"));
        }
        material.forms = mem::take(&mut material.forms)
            .into_iter()
            .map(Form::damaged)
            .collect();
    }
    let mut cases = of_each(materials, |material, form| {
        of_every_source(form, &rehearse_line(material), 1)
    });
    cases.extend(of_each(Material::wrongly_encrypted(), |material, form| {
        of_every_source(form, &rehearse_line(material), 3)
    }));
    cases
}

fn rehearse_line(material: &Material) -> String {
    format!(
        "rehearse --key-spec {} --wrapping-key-spec RSA_2048",
        material.key_spec
    )
}

pub(crate) fn wrap() -> Vec<Case> {
    let cases = of_each(
        all_and_typed(),
        |Material {
             key_spec,
             algorithm,
             ..
         },
         form| {
            of_every_source(
                form,
                &wrap_line(key_spec, algorithm, "-o request.json --report report.json"),
                0,
            )
        },
    );
    let inside = |folder: &Path| {
        wrapping_key::inside(
            &json(folder, "request.json"),
            &wrapping_key::of_the_fixtures(),
        )
    };
    let on_output = |case| Case {
        written: inside,
        removed: &["request.json", "report.json"],
        ..case
    };
    cases.into_iter().map(on_output).collect()
}

/// Refused for another key spec, for expired parameters, and for an output that is an input.
pub(crate) fn wrap_refused() -> Vec<Case> {
    of_each(
        all_and_typed(),
        |Material {
             key_spec,
             algorithm,
             other_key_spec,
             forms,
             ..
         },
         form| {
            let mut lines = vec![(wrap_line(other_key_spec, algorithm, ""), 3)];
            if form.file == forms[0].file {
                let expired = "wrap --params example-response.json";
                lines.extend([
                    (
                        format!("{expired} --key-spec {key_spec} --wrapping-algorithm {algorithm}"),
                        1,
                    ),
                    (
                        wrap_line(
                            key_spec,
                            algorithm,
                            "--force -o TEST-wrapping-2048-public.der",
                        ),
                        2,
                    ),
                ]);
            }
            let (source, stdin) = form.source();
            lines
                .into_iter()
                .map(|(line, status)| (format!("{line} {source}"), stdin.clone(), status))
                .collect()
        },
    )
}

/// Operations on a key without any option about it.
pub(crate) fn inspect() -> Vec<Case> {
    of_each(Material::all(), |_, form| {
        if form.passphrase().is_some() {
            return Vec::new();
        }
        let status = if form.is_text_of_bytes() { 3 } else { 0 };
        vec![(format!("inspect {}", form.file), Stdin::Nothing, status)]
    })
}

pub(crate) fn public_key() -> Vec<Case> {
    of_each(Material::all(), |material, form| {
        if form.passphrase().is_some() || material.is_key_pair() && form.is_plain() {
            let (source, stdin) = form.source();
            let status = if material.is_key_pair() { 0 } else { 3 };
            return vec![(format!("public-key {source}"), stdin, status)];
        }
        vec![(format!("public-key {}", form.file), Stdin::Nothing, 3)]
    })
}

/// Files that hold no supported key and are secret all the same.
pub(crate) fn foreign() -> Vec<Case> {
    let folder = Rc::new(TempDir::new().expect("a folder"));
    let mut cases = Vec::new();
    for Foreign {
        name,
        bytes,
        secret,
        statuses,
    } in Foreign::all()
    {
        std::fs::write(folder.path().join(name), &bytes).expect("written");
        let known = vec![Secret::new(name, secret)];
        for (line, status) in ["rehearse --key-spec ECC_SECG_P256K1", "inspect"]
            .into_iter()
            .zip(statuses)
        {
            cases.push(Case::new(
                &folder,
                format!("{line} {name}"),
                status,
                known.clone(),
            ));
        }
    }
    cases
}

fn all_and_typed() -> Vec<Material> {
    Material::all()
        .into_iter()
        .chain([Material::typed()])
        .collect()
}
