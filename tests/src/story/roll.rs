//! Who is on the roll: admission, renewal, registrars.

use commons_common::assembly::{Act, ExecuteMsg as Assembly};
use commons_common::id::PersonId;
use commons_common::roll::{self, BatchReport, Electorate, RollRefusal};
use commons_common::units::Seconds;

use super::{TRUSTEE, WITHOUT_ACCOUNT};
use crate::cast::{Person, address, officer};
use crate::chain::Chain;
use crate::charter::{VALIDITY, name};
use crate::family::{Family, report};

pub fn enrolment<C: Chain>(family: &mut Family<C>) {
    let roll = family.roll.clone();
    let mut persons: Vec<Person> = (1..=11).map(Person::new).collect();
    for person in &mut persons {
        match person.number {
            TRUSTEE => person.account = Some(officer("trustee-1")),
            WITHOUT_ACCOUNT => person.account = None,
            _ => {}
        }
    }
    let mut bad = vec![
        Person::new(12).attestation(&roll),
        Person::new(13).attestation(&roll),
    ];
    bad[0].class = 7;
    bad[1].possession = bad[0].possession.clone();
    let attest = roll::ExecuteMsg::Attest { persons: bad };
    family.refused("stranger", &roll, &attest, 0);
    let receipt = family.run("registrar-3", &roll, &attest, 0);
    let refusals: BatchReport<RollRefusal> = report(&receipt);
    let reasons: Vec<_> = refusals.refused.iter().map(|r| r.reason).collect();
    assert_eq!(
        reasons,
        [RollRefusal::NoSuchClass, RollRefusal::BadPossession]
    );

    family.enrol(persons.clone());
    let attest = roll::ExecuteMsg::Attest {
        persons: vec![persons[0].attestation(&roll)],
    };
    let receipt = family.run("registrar-1", &roll, &attest, 0);
    let refusals: BatchReport<RollRefusal> = report(&receipt);
    assert_eq!(refusals.refused[0].reason, RollRefusal::AlreadyKnown);
}

pub fn renewal<C: Chain>(family: &mut Family<C>) {
    let roll = family.roll.clone();
    let person = roll::QueryMsg::Person {
        person: PersonId(1),
    };
    let first: roll::Person = family.chain.query(&roll, &person);
    let (now, until) = (family.chain.now(), first.valid_until);
    assert!(
        now > until,
        "the story outlasts the admissions of {}",
        VALIDITY.0
    );
    let act = Act::SetRegistrar {
        account: address("registrar-4"),
        quota: Some(5),
    };
    let propose = Assembly::Propose {
        title: name("Another registrar"),
        act,
    };
    family.refused("trustee-1", &family.assembly.clone(), &propose, 0);
    let renew = roll::ExecuteMsg::Renew {
        persons: (1..=9).chain([99]).map(PersonId).collect(),
    };
    family.refused("stranger", &roll, &renew, 0);
    let receipt = family.run("registrar-3", &roll, &renew, 0);
    let refusals: BatchReport<RollRefusal> = report(&receipt);
    assert_eq!(refusals.refused[0].reason, RollRefusal::NoSuchPerson);
    let expire = roll::ExecuteMsg::ExpireDue { limit: 1_000 };
    family.run("stranger", &roll, &expire, 0);
    family.wait(Seconds(10));
    family.settle_roll();
    let height = family.chain.height() + 1;
    let electorate: Electorate = family
        .chain
        .query(&roll, &roll::QueryMsg::Electorate { height });
    assert_eq!((electorate.active, electorate.expiries_due), (9, false));
    family.persons.retain(|person| person.number <= 9);
}

pub fn registrars<C: Chain>(family: &mut Family<C>) {
    let roll = family.roll.clone();
    let set = |quota| Act::SetRegistrar {
        account: address("registrar-4"),
        quota,
    };
    family.decide("Another registrar", set(Some(5)));
    let attest = roll::ExecuteMsg::Attest {
        persons: vec![Person::new(12).attestation(&roll)],
    };
    family.run("registrar-4", &roll, &attest, 0);
    family.decide("One registrar less", set(None));
    family.refused("registrar-4", &roll, &attest, 0);
    let direct = roll::ExecuteMsg::SetRegistrar {
        account: address("stranger"),
        quota: Some(1),
    };
    family.refused("stranger", &roll, &direct, 0);
}
