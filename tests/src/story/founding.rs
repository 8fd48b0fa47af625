//! The founding, and the end of an approval.

use commons_common::charter::Charter;
use commons_common::registry::{self, ApprovedCode, Role, Verification};
use commons_common::trust::{ExecuteMsg as Trust, GiftLedger};

use crate::cast::officer;
use crate::chain::{Chain, call};
use crate::charter::{charter, name};
use crate::family::{Family, approve};

pub fn founding<C: Chain>(chain: C) -> Family<C> {
    let mut family = Family::found(chain, charter());
    let registry = family.registry.clone();
    family.refused("stranger", &registry, &approve(Role::Roll), 0);
    let again = registry::ExecuteMsg::Found {
        charter: Box::new(charter()),
        checksums: Vec::new(),
    };
    family.refused("stranger", &registry, &again, 0);
    let verification = verify(&family);
    assert!(verification.code_unchanged && verification.code_approved && verification.no_admin);
    assert!(!verification.keeps_default_windows, "the windows are short");
    family
}

pub fn verify<C: Chain>(family: &Family<C>) -> Verification {
    let verify = registry::QueryMsg::Verify {
        addr: family.trust.clone(),
    };
    family.chain.query(&family.registry, &verify)
}

pub fn revocation<C: Chain>(family: &mut Family<C>) {
    let registry = family.registry.clone();
    let codes: Vec<ApprovedCode> = family.chain.query(&registry, &registry::QueryMsg::Codes {});
    let code = codes.iter().find(|code| code.role == Role::Trust);
    let revoke = registry::ExecuteMsg::Revoke {
        role: Role::Trust,
        checksum: code.expect("the trust's code is approved").checksum.clone(),
    };
    family.refused("stranger", &registry, &revoke, 0);
    family.run("steward", &registry, &revoke, 0);
    let verification = verify(family);
    assert!(verification.code_unchanged && !verification.code_approved);
    // The trust goes on all the same.
    let gift = Trust::Contribute {
        to: GiftLedger::Principal,
    };
    family.money("sponsor", &gift, 1);
    let found = registry::ExecuteMsg::Found {
        charter: Box::new(Charter {
            name: name("A later trust"),
            ..charter()
        }),
        checksums: Vec::new(),
    };
    let outcome = family
        .chain
        .submit(&officer("stranger"), call(&registry, &found, 0));
    outcome.expect_err("without approved code nothing is founded");
}
