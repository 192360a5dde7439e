//! `CreateGrant`, `ListGrants`, `ListRetirableGrants`, `RevokeGrant`, `RetireGrant`.

use rand_core::CryptoRng;
use serde_json::{Value, json};

use super::{
    answer::Output,
    dry_run::dry_run,
    failure::Failure,
    grant_token::{self, NamedGrant},
    members::Members,
    page::Page,
    pattern,
    task::Task,
};
use crate::{
    exception::Exception,
    grant::{Grant, GrantConstraints, GrantId, GrantOperation, GrantTerms},
    key_id::KeyArn,
    key_store::KeyStore,
    rehearsed_key::NoSuchGrant,
};

/// The longest grant ID in a request, in characters.
const MAX_GRANT_ID_LEN: usize = 128;
/// The longest grant token, in characters.
pub(super) const MAX_GRANT_TOKEN_LEN: usize = 8192;

impl<S: KeyStore> Task<'_, S> {
    pub(super) fn create_grant(
        &mut self,
        mut members: Members,
        rng: &mut impl CryptoRng,
    ) -> Output {
        let key_id = members.key_id();
        let grantee_principal = principal(&mut members, "GranteePrincipal");
        let retiring_principal = principal(&mut members, "RetiringPrincipal");
        members.require("Operations");
        let operations = members.words("Operations", GrantOperation::ALL);
        let constraints = constraints(&mut members);
        let name = members.matching_text("Name", 1..=256, pattern::GRANT_NAME);
        let is_dry_run = members.flag("DryRun");
        let grantee_service_principal = service(&mut members, "GranteeServicePrincipal");
        let retiring_service_principal = service(&mut members, "RetiringServicePrincipal");
        let key_id = members.finish(|| key_id)?;
        one_of(
            grantee_principal.as_deref(),
            grantee_service_principal.as_deref(),
            "Grantee",
        )?;
        at_most_one_of(
            retiring_principal.as_deref(),
            retiring_service_principal.as_deref(),
            "Retiring",
        )?;
        for principal in [&grantee_principal, &retiring_principal] {
            check_principal(principal.as_deref())?;
        }
        let mut id = [0; 32];
        rng.fill_bytes(&mut id);
        let grant = Grant {
            grant_id: GrantId::from_bytes(id),
            name: name.unwrap_or_default(),
            creation_date: self.now,
            terms: GrantTerms {
                grantee_principal,
                grantee_service_principal,
                retiring_principal,
                retiring_service_principal,
                operations,
                constraints,
            },
        };
        // What fails is not stored, and so is a dry run.
        let (arn, grant_id) = self.change(&key_id, |key| {
            let grant_id = key.create_grant(grant)?;
            dry_run(is_dry_run)?;
            Ok::<_, Failure>((key.record().key_metadata.arn.clone(), grant_id))
        })?;
        let root = self.service.store.root_secret()?;
        let named = NamedGrant { arn, grant_id };
        let token = grant_token::seal(&named, &root, rng);
        Ok(Some(
            json!({ "GrantId": named.grant_id, "GrantToken": token }),
        ))
    }

    pub(super) fn list_grants(&mut self, mut members: Members) -> Output {
        let page = Page::of_grants(&mut members);
        let key_id = members.key_id();
        let grant_id = members.text("GrantId", 1..=MAX_GRANT_ID_LEN);
        let grantee = principal(&mut members, "GranteePrincipal");
        let service = service(&mut members, "GranteeServicePrincipal");
        let key_id = members.finish(|| key_id)?;
        let key = self.find(&key_id)?;
        let grant_id = grant_id.as_deref().map(parse_grant_id).transpose()?;
        if let Some(grant_id) = &grant_id
            && !key.grants().iter().any(|grant| grant.grant_id == *grant_id)
        {
            return Err(NoSuchGrant(grant_id.clone()).into());
        }
        let is_wanted = |grant: &&Grant| {
            let is = |wanted: &Option<String>, found: &Option<String>| {
                wanted.is_none() || wanted == found
            };
            grant_id.as_ref().is_none_or(|id| grant.grant_id == *id)
                && is(&grantee, &grant.terms.grantee_principal)
                && is(&service, &grant.terms.grantee_service_principal)
        };
        let grants = key.grants().iter().filter(is_wanted);
        let arn = &key.record().key_metadata.arn;
        grants_page(&page, grants.map(|grant| entry(arn, grant)).collect())
    }

    pub(super) fn list_retirable_grants(&mut self, mut members: Members) -> Output {
        let page = Page::of_grants(&mut members);
        let principal = principal(&mut members, "RetiringPrincipal");
        let service = service(&mut members, "RetiringServicePrincipal");
        members.finish(|| Some(()))?;
        one_of(principal.as_deref(), service.as_deref(), "Retiring")?;
        check_principal(principal.as_deref())?;
        let records = self.service.store.key_records()?;
        let here = |arn: &KeyArn| {
            *arn.account_id() == self.place.account_id && *arn.region() == self.place.region
        };
        let mut found = Vec::new();
        for record in records
            .iter()
            .filter(|record| here(&record.key_metadata.arn))
        {
            let is_wanted = |grant: &&Grant| {
                let GrantTerms {
                    retiring_principal,
                    retiring_service_principal,
                    ..
                } = &grant.terms;
                (principal.is_some() && *retiring_principal == principal)
                    || (service.is_some() && *retiring_service_principal == service)
            };
            let mut grants = record.rehearsal.grants.iter().filter(is_wanted).peekable();
            let arn = &record.key_metadata.arn;
            if grants.peek().is_some() && self.service.store.key_at(arn, self.now)?.is_some() {
                found.extend(grants.map(|grant| (grant.creation_date, entry(arn, grant))));
            }
        }
        found.sort_by_key(|(creation_date, _)| *creation_date);
        grants_page(&page, found.into_iter().map(|(_, grant)| grant).collect())
    }

    pub(super) fn revoke_grant(&mut self, mut members: Members) -> Output {
        let key_id = members.key_id();
        let grant_id = members.required_text("GrantId", 1..=MAX_GRANT_ID_LEN);
        let is_dry_run = members.flag("DryRun");
        let (key_id, grant_id) = members.finish(|| Some((key_id?, grant_id?)))?;
        let arn = self.resolve(&key_id)?;
        self.remove_grant(&arn, &grant_id, is_dry_run)
    }

    pub(super) fn retire_grant(&mut self, mut members: Members) -> Output {
        let token = members.text("GrantToken", 1..=MAX_GRANT_TOKEN_LEN);
        let key_id = members.has("KeyId").then(|| members.key_id()).flatten();
        let grant_id = members.text("GrantId", 1..=MAX_GRANT_ID_LEN);
        let is_dry_run = members.flag("DryRun");
        members.finish(|| Some(()))?;
        if let Some(token) = token {
            let named = self.open_grant_token(&token)?;
            self.key = Some(named.arn.clone());
            return self.remove_grant(&named.arn, named.grant_id.as_str(), is_dry_run);
        }
        let (Some(key_id), Some(grant_id)) = (key_id, grant_id) else {
            let reason = "GrantToken, or KeyId and GrantId, are required";
            return Err(Failure::because(Exception::Validation, reason));
        };
        let arn = self.resolve(&key_id)?;
        self.remove_grant(&arn, &grant_id, is_dry_run)
    }

    fn remove_grant(&mut self, arn: &KeyArn, grant_id: &str, is_dry_run: bool) -> Output {
        // What fails is not stored, and so is a dry run.
        self.change_at(arn, |key| {
            key.remove_grant(&parse_grant_id(grant_id)?)?;
            dry_run(is_dry_run)
        })?;
        Ok(None)
    }
}

fn principal(members: &mut Members, name: &'static str) -> Option<String> {
    members.matching_text(name, 1..=256, pattern::PRINCIPAL)
}

fn service(members: &mut Members, name: &'static str) -> Option<String> {
    members.matching_text(name, 1..=128, pattern::SERVICE_PRINCIPAL)
}

fn constraints(members: &mut Members) -> Option<GrantConstraints> {
    members.structure("Constraints", |members| GrantConstraints {
        encryption_context_subset: members.optional_map("EncryptionContextSubset"),
        encryption_context_equals: members.optional_map("EncryptionContextEquals"),
        source_arn: members.matching_text("SourceArn", 20..=512, pattern::SOURCE_ARN),
    })
}

/// Checks that a principal has the form of an ARN of IAM or STS. Nobody looks whether it exists.
fn check_principal(principal: Option<&str>) -> Result<(), Failure> {
    let is_arn = |text: &str| {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        matches!(parts[..], ["arn", _, "iam" | "sts", ..]) && parts.len() == 6
    };
    match principal {
        Some(text) if !is_arn(text) => {
            let reason = format!("{text} is not the ARN of a principal");
            Err(Failure::because(Exception::InvalidArn, reason))
        }
        _ => Ok(()),
    }
}

fn one_of(principal: Option<&str>, service: Option<&str>, role: &str) -> Result<(), Failure> {
    if principal.is_none() && service.is_none() {
        let reason = format!("{role}Principal or {role}ServicePrincipal is required");
        return Err(Failure::because(Exception::Validation, reason));
    }
    at_most_one_of(principal, service, role)
}

fn at_most_one_of(
    principal: Option<&str>,
    service: Option<&str>,
    role: &str,
) -> Result<(), Failure> {
    if principal.is_some() && service.is_some() {
        let reason = format!("{role}Principal and {role}ServicePrincipal exclude each other");
        return Err(Failure::because(Exception::Validation, reason));
    }
    Ok(())
}

fn parse_grant_id(text: &str) -> Result<GrantId, Failure> {
    GrantId::parse(text).ok_or_else(|| {
        let reason = "GrantId is not a grant ID of 64 hex digits";
        Failure::because(Exception::InvalidGrantId, reason)
    })
}

fn entry(arn: &KeyArn, grant: &Grant) -> Value {
    let mut entry = json!(grant);
    let (partition, account_id) = (arn.region().partition(), arn.account_id());
    entry["IssuingAccount"] = json!(format!("arn:{partition}:iam::{account_id}:root"));
    entry["KeyId"] = json!(arn);
    entry
}

fn grants_page(page: &Page, grants: Vec<Value>) -> Output {
    let name = |grant: &Value| grant["GrantId"].as_str().unwrap_or_default().to_owned();
    page.of("Grants", grants, name).map(Some)
}
