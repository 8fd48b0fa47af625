use commons_common::charter::{Charter, SpendingRule};
use commons_common::id::TrustId;
use commons_common::registry::{ExpectedCode, Role, TrustEntry};
use commons_common::units::{Bps, Hash, Seconds, UnixTime};
use commons_common::{assembly, roll, survey, trust};
use commons_registry::{RegistryError, salt};
use cosmwasm_std::{
    Addr, Api, Binary, CosmosMsg, ReplyOn, Response, Uint128, WasmMsg, from_json,
    instantiate2_address,
};
use serde::de::DeserializeOwned;

use crate::support::{FOUNDED, Registry, addr, charter, checksum, hash};

type Damage = fn(&mut Charter);

struct Birth {
    code_id: u64,
    label: String,
    msg: Binary,
    salt: Binary,
}

/// The instantiations of a founding; each without admin, coins or reply.
fn births(response: &Response) -> Vec<Birth> {
    response
        .messages
        .iter()
        .map(|sub| {
            assert_eq!(sub.reply_on, ReplyOn::Never);
            let CosmosMsg::Wasm(WasmMsg::Instantiate2 {
                admin,
                code_id,
                label,
                msg,
                funds,
                salt,
            }) = &sub.msg
            else {
                panic!("an instantiation");
            };
            assert_eq!(admin, &None, "R37");
            assert_eq!(funds, &Vec::new());
            Birth {
                code_id: *code_id,
                label: label.clone(),
                msg: msg.clone(),
                salt: salt.clone(),
            }
        })
        .collect()
}

fn predicted(registry: &Registry, code_id: u64, salt: &[u8]) -> Addr {
    let api = &registry.deps.api;
    let creator = api
        .addr_canonicalize(registry.env.contract.address.as_str())
        .unwrap();
    let address = instantiate2_address(checksum(code_id).as_slice(), &creator, salt).unwrap();
    api.addr_humanize(&address).unwrap()
}

fn first<T: DeserializeOwned>(births: &[Birth], role: Role) -> T {
    let at = Role::ALL.iter().position(|r| *r == role).unwrap();
    from_json(&births[at].msg).unwrap()
}

fn address(trust: &TrustEntry, role: Role) -> String {
    let contract = trust.contracts.iter().find(|c| c.role == role).unwrap();
    contract.address.to_string()
}

/// R37: four contracts from approved code, in one transaction, without admin, at the addresses that are entered.
#[test]
fn contracts_are_born_at_the_addresses_entered() {
    let mut registry = Registry::new();
    registry.founded(charter("Forest"));
    let response = registry.found(charter("Valley")).unwrap();
    let trust = registry.trust(2);
    let births = births(&response);
    assert_eq!(births.len(), 4);
    for (i, role) in Role::ALL.into_iter().enumerate() {
        let (birth, contract) = (&births[i], &trust.contracts[i]);
        let expected_salt = [&2_u64.to_be_bytes()[..], role.as_str().as_bytes()].concat();
        assert_eq!(birth.salt.as_slice(), expected_salt);
        assert_eq!(salt(TrustId(2), role), expected_salt);
        assert_eq!(birth.label, format!("commons/2/{}", role.as_str()));
        assert_eq!(contract.role, role);
        assert_eq!(contract.checksum, hash(&checksum(birth.code_id)));
        let address = predicted(&registry, birth.code_id, &birth.salt);
        assert_eq!(contract.address, address);
    }
}

/// Each contract is born knowing its siblings and its part of the charter.
#[test]
fn contracts_are_born_bound_to_their_siblings() {
    let mut registry = Registry::new();
    let charter = charter("Valley");
    let response = registry.found(charter.clone()).unwrap();
    let trust = registry.trust(1);
    let births = births(&response);
    let charter_hash = charter.hash().unwrap();
    let purpose_hash = Hash::of(charter.purpose.as_str().as_bytes());

    let roll: roll::InstantiateMsg = first(&births, Role::Roll);
    assert_eq!(roll.assembly, address(&trust, Role::Assembly));
    assert_eq!(roll.classes, charter.classes);
    assert_eq!(roll.rules, charter.roll);

    let assembly: assembly::InstantiateMsg = first(&births, Role::Assembly);
    assert_eq!(assembly.roll, address(&trust, Role::Roll));
    assert_eq!(assembly.trust, address(&trust, Role::Trust));
    assert_eq!(assembly.charter_hash, charter_hash);
    assert_eq!(assembly.decisions, charter.decisions);
    assert_eq!(assembly.trustees, charter.trustees);
    assert_eq!(assembly.term, charter.term);

    let survey: survey::InstantiateMsg = first(&births, Role::Survey);
    assert_eq!(survey.subjects, charter.subjects);

    let money: trust::InstantiateMsg = first(&births, Role::Trust);
    assert_eq!(money.assembly, address(&trust, Role::Assembly));
    assert_eq!(money.roll, address(&trust, Role::Roll));
    assert_eq!(money.survey, address(&trust, Role::Survey));
    assert_eq!(money.charter_hash, charter_hash);
    assert_eq!(money.purpose_hash, purpose_hash);
    assert_eq!(money.denom, charter.denom);
    assert_eq!(money.period, charter.period);
    assert_eq!(money.money, charter.money);

    assert_eq!(trust.charter_hash, charter_hash);
    assert_eq!(trust.purpose_hash, purpose_hash);
    assert_eq!(trust.founded_at, UnixTime(FOUNDED));
    assert!(trust.keeps_default_windows);
    let event = response.events.iter().find(|e| e.ty == "founded").unwrap();
    assert_eq!(event.attributes[2].key, "roll_addr");
    assert_eq!(event.attributes[2].value, address(&trust, Role::Roll));
}

/// No two contracts of one registry share an address.
#[test]
fn addresses_are_distinct_across_trusts() {
    let mut registry = Registry::new();
    let mut seen = std::collections::BTreeSet::new();
    for name in ["Valley", "Forest", "Lake"] {
        for contract in registry.founded(charter(name)).contracts {
            assert!(seen.insert(contract.address));
        }
    }
    assert_eq!(seen.len(), 12);
}

#[test]
fn the_newest_approved_code_is_used() {
    let mut registry = Registry::new();
    registry.approve(Role::Trust, 30).unwrap();
    registry.approve(Role::Trust, 20).unwrap();
    let response = registry.found(charter("Valley")).unwrap();
    let code_ids: Vec<u64> = births(&response).iter().map(|b| b.code_id).collect();
    assert_eq!(code_ids, [1, 2, 3, 20]);
}

/// R37: who said which code to expect gets that code or nothing, whatever the steward approves meanwhile.
#[test]
fn code_that_the_founder_does_not_expect_is_refused() {
    let mut registry = Registry::new();
    let expected: Vec<ExpectedCode> = (1..)
        .zip(Role::ALL)
        .map(|(code_id, role)| ExpectedCode {
            role,
            checksum: hash(&checksum(code_id)),
        })
        .collect();
    registry
        .found_expecting(charter("Valley"), expected.clone())
        .unwrap();
    registry.approve(Role::Survey, 30).unwrap();
    let refused = registry
        .found_expecting(charter("Forest"), expected.clone())
        .unwrap_err();
    let RegistryError::OtherCode {
        role,
        approved,
        expected: named,
    } = refused
    else {
        panic!("{refused}");
    };
    assert_eq!(role, Role::Survey);
    assert_eq!(approved, hash(&checksum(30)));
    assert_eq!(named, expected[2].checksum);
    // Of the other contracts alone, or of none, nothing is said against it.
    let others = vec![expected[0].clone(), expected[3].clone()];
    registry.found_expecting(charter("Forest"), others).unwrap();
    registry.found(charter("Lake")).unwrap();
}

#[test]
fn nothing_is_founded_while_a_role_has_no_code() {
    let mut registry = Registry::empty();
    for (code_id, role) in (1..).zip(Role::ALL) {
        let refused = registry.found(charter("Valley")).unwrap_err();
        let RegistryError::NoCode { role: missing } = refused else {
            panic!("{refused}");
        };
        assert_eq!(missing, role);
        registry.approve(role, code_id).unwrap();
    }
    registry.found(charter("Valley")).unwrap();
}

/// The charter's own checks, and the field they name.
#[test]
fn charters_that_do_not_hold_together_are_refused() {
    let broken: [(&str, Damage); 32] = [
        ("denom", |c| c.denom = "x".to_owned()),
        ("denom", |c| c.denom = "!!!".to_owned()),
        ("denom", |c| c.denom = "1common".to_owned()),
        ("denom", |c| c.denom = "u common".to_owned()),
        ("denom", |c| c.denom = "u".repeat(129)),
        ("period", |c| c.period = Seconds(0)),
        ("term", |c| c.term = Seconds(0)),
        ("roll.epoch", |c| c.roll.epoch = Seconds(0)),
        ("roll.growth_bps", |c| c.roll.growth_bps = Bps(10_001)),
        ("roll.admission", |c| c.roll.admission = Seconds(0)),
        ("roll.share_residence", |c| {
            c.roll.share_residence = Seconds(0);
        }),
        ("roll.renewal", |c| c.roll.renewal = Seconds(0)),
        ("decisions.ordinary.notice", |c| {
            c.decisions.ordinary.notice = Seconds(0);
        }),
        ("decisions.special.vote", |c| {
            c.decisions.special.vote = Seconds(0);
        }),
        ("decisions.ratification.delay", |c| {
            c.decisions.ratification.delay = Seconds(0);
        }),
        ("decisions.special.turnout_bps", |c| {
            c.decisions.special.turnout_bps = Bps(10_001);
        }),
        ("decisions.ratification.yes_of_roll_bps", |c| {
            c.decisions.ratification.yes_of_roll_bps = Bps(6_666);
        }),
        ("decisions.expiry", |c| c.decisions.expiry = Seconds(0)),
        ("subjects.0.window", |c| c.subjects[0].window = Seconds(0)),
        ("subjects.1.valid_for", |c| {
            c.subjects[1].valid_for = Seconds(0);
        }),
        ("money.rise_bps", |c| c.money.rise_bps = Bps(0)),
        ("money.rise_bps", |c| c.money.rise_bps = Bps(999)),
        ("money.claim_window", |c| c.money.claim_window = Seconds(0)),
        ("money.spending", |c| {
            c.money.spending = SpendingRule::AvgRealised {
                bps: Bps(10_001),
                years: 5,
            };
        }),
        ("money.custodians.0.account", |c| {
            let own = c.money.custodians[0].account.clone();
            c.subjects[1].reporters = vec![own];
            c.subjects[1].reports = 1;
        }),
        ("classes", |c| c.classes.clear()),
        ("roll.threshold", |c| c.roll.threshold = 1),
        ("roll.registrars.2.quota", |c| {
            c.roll.registrars[2].quota = 0;
        }),
        ("trustees.1", |c| c.trustees[1] = c.trustees[0].clone()),
        ("subjects.0.reports", |c| c.subjects[0].reports = 3),
        ("money.index", |c| {
            c.money.index = c.subjects[1].name.clone();
        }),
        ("money.custodians.0.subject", |c| {
            c.money.custodians[0].subject = c.subjects[0].name.clone();
        }),
    ];
    let mut registry = Registry::new();
    for (path, damage) in broken {
        let mut charter = charter("Valley");
        damage(&mut charter);
        let refused = registry.found(charter).unwrap_err();
        let RegistryError::Charter(error) = refused else {
            panic!("{path}: {refused}");
        };
        assert_eq!(error.path, path);
    }
}

/// CWA-2022-002: every account of a charter is an address of this chain, in its one spelling.
#[test]
fn accounts_of_no_chain_are_refused() {
    let foreign: [fn(&mut Charter, String); 4] = [
        |c, account| c.roll.registrars[2].account = account,
        |c, account| c.trustees[2] = account,
        |c, account| c.subjects[1].reporters[1] = account,
        |c, account| c.money.custodians[0].account = account,
    ];
    let mut registry = Registry::new();
    for damage in foreign {
        for account in ["nobody".to_owned(), addr("x").as_str().to_uppercase()] {
            let mut charter = charter("Valley");
            damage(&mut charter, account);
            let refused = registry.found(charter).unwrap_err();
            assert!(matches!(refused, RegistryError::Std(_)), "{refused}");
        }
    }
}

/// R6: a custodian may report on the price index like anyone; on its own holdings never, not even as one of many.
#[test]
fn a_custodian_never_reports_on_its_own_holdings() {
    let mut registry = Registry::new();
    let mut charter = charter("Valley");
    let custodian = charter.money.custodians[0].account.clone();
    charter.subjects[0].reporters.push(custodian.clone());
    registry.found(charter.clone()).unwrap();
    charter.name = commons_common::text::Name::try_from("Forest".to_owned()).unwrap();
    charter.subjects[1].reporters.push(custodian);
    let refused = registry.found(charter).unwrap_err();
    assert!(matches!(refused, RegistryError::Charter(_)), "{refused}");
}

/// R38: what protects less than the defaults is allowed, a second of each window at least, and the entry says so.
#[test]
fn what_protects_less_than_the_defaults_shows_in_the_entry() {
    let weaker: [(&str, Damage); 20] = [
        ("period", |c| c.period = Seconds(1)),
        ("term", |c| c.term = Seconds(1)),
        ("roll.epoch", |c| c.roll.epoch = Seconds(1)),
        ("roll.growth_bps", |c| c.roll.growth_bps = Bps(501)),
        ("roll.admission", |c| c.roll.admission = Seconds(1)),
        ("roll.share_residence", |c| {
            c.roll.share_residence = Seconds(1);
        }),
        ("roll.validity", |c| {
            c.roll.validity = Seconds::days(364);
        }),
        ("roll.renewal", |c| c.roll.renewal = Seconds(1)),
        ("decisions.ordinary.notice", |c| {
            c.decisions.ordinary.notice = Seconds(1);
        }),
        ("decisions.ordinary.vote", |c| {
            c.decisions.ordinary.vote = Seconds(1);
        }),
        ("decisions.special.delay", |c| {
            c.decisions.special.delay = Seconds(1);
        }),
        ("decisions.special.approval_bps", |c| {
            c.decisions.special.approval_bps = Bps(5_999);
        }),
        ("decisions.ratification.turnout_bps", |c| {
            c.decisions.ratification.turnout_bps = Bps(999);
        }),
        ("decisions.special_above", |c| {
            c.decisions.special_above = Uint128::MAX;
        }),
        ("decisions.expiry", |c| {
            c.decisions.expiry = Seconds::days(31);
        }),
        ("subjects.0.window", |c| c.subjects[0].window = Seconds(1)),
        ("subjects.1.window", |c| c.subjects[1].window = Seconds(1)),
        ("subjects.1.valid_for", |c| {
            c.subjects[1].valid_for = Seconds::days(366);
        }),
        ("money.rise_bps", |c| c.money.rise_bps = Bps(2_499)),
        ("money.claim_window", |c| c.money.claim_window = Seconds(1)),
    ];
    for (path, damage) in weaker {
        let mut registry = Registry::new();
        let mut charter = charter("Valley");
        assert_eq!(charter.weaker_than_default(), []);
        damage(&mut charter);
        let paths: Vec<String> = charter
            .weaker_than_default()
            .into_iter()
            .map(|weaker| weaker.path)
            .collect();
        assert_eq!(paths, [path]);
        assert!(!registry.founded(charter).keeps_default_windows, "{path}");
    }
}
