//! Fees: the node's lowest price, and allowances by which one pays for another.

use crate::support::{Chain, Draft, Person, any, bank_send, coins, of_message, shown};
use commons_ledger::{Admission, TxResult};
use cosmos_sdk_proto::cosmos::feegrant::v1beta1::{
    AllowedMsgAllowance, BasicAllowance, MsgGrantAllowance, MsgRevokeAllowance, PeriodicAllowance,
};
use cosmos_sdk_proto::tendermint::google::protobuf::Duration;
use cosmos_sdk_proto::{Any, Timestamp};

const BASIC: &str = "/cosmos.feegrant.v1beta1.BasicAllowance";
const PERIODIC: &str = "/cosmos.feegrant.v1beta1.PeriodicAllowance";
const MESSAGES: &str = "/cosmos.feegrant.v1beta1.AllowedMsgAllowance";

fn code(result: &TxResult) -> (&str, u32) {
    (&result.codespace, result.code)
}

/// So many seconds after the block that comes next.
fn in_seconds(chain: &Chain, seconds: i64) -> Timestamp {
    let now = i64::try_from(chain.block().time_nanos / 1_000_000_000).unwrap();
    Timestamp {
        seconds: now + seconds,
        nanos: 0,
    }
}

fn basic(limit: &[(u128, &str)], expiration: Option<Timestamp>) -> Any {
    let allowance = BasicAllowance {
        spend_limit: coins(limit),
        expiration,
    };
    any(BASIC, &allowance)
}

/// Anna allows Bert something.
fn allow(chain: &mut Chain, allowance: Any) -> TxResult {
    let message = MsgGrantAllowance {
        granter: chain.anna.address.clone(),
        grantee: chain.bert.address.clone(),
        allowance: Some(allowance),
    };
    chain.by_anna(any("/cosmos.feegrant.v1beta1.MsgGrantAllowance", &message))
}

fn forbid(chain: &mut Chain) -> TxResult {
    let message = MsgRevokeAllowance {
        granter: chain.anna.address.clone(),
        grantee: chain.bert.address.clone(),
    };
    chain.by_anna(any("/cosmos.feegrant.v1beta1.MsgRevokeAllowance", &message))
}

/// Bert sends a coin, and Anna is to pay the fee.
fn at_annas_expense(chain: &Chain, fee: u128) -> Draft {
    let message = bank_send(&chain.bert.address, &chain.anna.address, &[(1, "utoken")]);
    let draft = chain.draft(&chain.bert, vec![message]);
    let mut draft = draft.with_fee(&[(fee, "utoken")]);
    draft.auth.fee.as_mut().unwrap().granter = chain.anna.address.clone();
    draft
}

fn pay(chain: &mut Chain, fee: u128) -> TxResult {
    let tx = at_annas_expense(chain, fee).sign();
    chain.deliver_one(tx)
}

#[test]
fn a_node_may_want_a_lowest_gas_price_and_blocks_do_not() {
    let mut chain = Chain::new();
    chain.ledger = chain.ledger.clone().with_admission(Admission {
        min_gas_prices: vec![
            "0.001uother".parse().unwrap(),
            "0.01utoken".parse().unwrap(),
        ],
        simulation_gas: None,
    });
    let payment = bank_send(&chain.anna.address, &chain.bert.address, &[(1, "utoken")]);
    let draft = chain.draft(&chain.anna, vec![payment]).with_gas(150_050);
    let poor = draft.clone().with_fee(&[(1_500, "utoken")]).sign();
    let report = chain.check(&poor);
    assert_eq!((report.codespace.as_str(), report.code), ("sdk", 13));
    assert_eq!(
        report.log,
        "insufficient fees; got: 1500utoken required: 151uother,1501utoken: insufficient fee"
    );
    assert_eq!(chain.check(&draft.clone().sign()).code, 13);
    for enough in [[(1_501, "utoken")], [(151, "uother")]] {
        let report = chain.check(&draft.clone().with_fee(&enough).sign());
        assert_eq!(report.code, 0, "{}", report.log);
    }
    assert_eq!(chain.simulate(&draft.sign()).code, 0);
    assert_eq!(chain.deliver_one(poor).code, 0);
}

#[test]
fn an_allowance_lets_another_pay_and_is_used_up() {
    let mut chain = Chain::new();
    let (anna, bert) = (chain.anna.address.clone(), chain.bert.address.clone());
    let granted = allow(&mut chain, basic(&[(50, "utoken")], None));
    assert_eq!(granted.code, 0, "{}", granted.log);
    assert_eq!(
        of_message(&granted),
        [format!("set_feegrant{{granter={anna},grantee={bert}}}")]
    );
    assert_eq!(
        granted
            .events
            .iter()
            .find(|event| event.kind == "message")
            .unwrap()
            .attributes[2],
        ("module".to_owned(), "feegrant".to_owned())
    );
    let paid = pay(&mut chain, 30);
    assert_eq!(paid.code, 0, "{}", paid.log);
    let pair = format!("{{granter={anna},grantee={bert}}}");
    let collector = "commons17xpfvakm2amg962yls6f84z3kell8c5legf9ke";
    assert_eq!(
        shown(&paid.events)[..8],
        [
            format!("use_feegrant{pair}"),
            format!("update_feegrant{pair}"),
            format!("coin_spent{{spender={anna},amount=30utoken}}"),
            format!("coin_received{{receiver={collector},amount=30utoken}}"),
            format!("transfer{{recipient={collector},sender={anna},amount=30utoken}}"),
            format!("message{{sender={anna}}}"),
            format!("tx{{fee=30utoken,fee_payer={anna}}}"),
            format!("tx{{acc_seq={bert}/0}}"),
        ]
    );
    assert_eq!(chain.balance(&anna, "utoken"), 999_971);
    let much = pay(&mut chain, 21);
    assert_eq!(code(&much), ("feegrant", 2));
    assert!(
        much.log.ends_with("basic allowance: fee limit exceeded"),
        "{}",
        much.log
    );
    let last = pay(&mut chain, 20);
    assert_eq!(last.code, 0, "{}", last.log);
    assert_eq!(
        shown(&last.events)[..2],
        [
            format!("revoke_feegrant{pair}"),
            format!("use_feegrant{pair}")
        ]
    );
    let gone = pay(&mut chain, 0);
    assert_eq!(code(&gone), ("sdk", 38));
    assert!(
        gone.log.ends_with("fee-grant not found: not found"),
        "{}",
        gone.log
    );
}

#[test]
fn grants_are_checked_and_can_be_taken_back() {
    let mut chain = Chain::new();
    assert_eq!(code(&forbid(&mut chain)), ("sdk", 38));
    let past = in_seconds(&chain, -1);
    let negative = Timestamp {
        seconds: -5,
        nanos: 0,
    };
    let cases = [
        (basic(&[(0, "utoken")], None), ("sdk", 10)),
        (basic(&[(1, "utoken"), (1, "uother")], None), ("sdk", 10)),
        (basic(&[], Some(past)), ("sdk", 18)),
        (basic(&[], Some(negative)), ("feegrant", 4)),
        (
            any(
                MESSAGES,
                &AllowedMsgAllowance {
                    allowance: Some(basic(&[], None)),
                    allowed_messages: vec![],
                },
            ),
            ("feegrant", 6),
        ),
        (
            any(
                PERIODIC,
                &PeriodicAllowance {
                    period_spend_limit: vec![],
                    ..PeriodicAllowance::default()
                },
            ),
            ("sdk", 10),
        ),
        (
            any(
                BASIC.trim_end_matches("Allowance"),
                &BasicAllowance::default(),
            ),
            ("sdk", 2),
        ),
    ];
    for (allowance, expected) in cases {
        let result = allow(&mut chain, allowance);
        assert_eq!(code(&result), expected, "{}", result.log);
    }
    assert_eq!(allow(&mut chain, basic(&[], None)).code, 0);
    let twice = allow(&mut chain, basic(&[], None));
    assert_eq!(code(&twice), ("sdk", 18));
    assert!(
        twice
            .log
            .ends_with("fee allowance already exists: invalid request")
    );
    assert_eq!(pay(&mut chain, 5).code, 0);
    let taken_back = forbid(&mut chain);
    assert_eq!(taken_back.code, 0, "{}", taken_back.log);
    let (anna, bert) = (&chain.anna.address, &chain.bert.address);
    assert_eq!(
        of_message(&taken_back),
        [format!("revoke_feegrant{{granter={anna},grantee={bert}}}")]
    );
    assert_eq!(code(&pay(&mut chain, 5)), ("sdk", 38));
}

#[test]
fn nobody_grants_to_oneself_and_a_grantee_gets_an_account() {
    let mut chain = Chain::new();
    let anna = chain.anna.address.clone();
    let grant = |grantee: &str| MsgGrantAllowance {
        granter: anna.clone(),
        grantee: grantee.to_owned(),
        allowance: Some(basic(&[], None)),
    };
    let url = "/cosmos.feegrant.v1beta1.MsgGrantAllowance";
    let own = chain.by_anna(any(url, &grant(&anna)));
    assert_eq!(code(&own), ("sdk", 7), "{}", own.log);
    let new = Person::new(9).address;
    assert_eq!(chain.by_anna(any(url, &grant(&new))).code, 0);
    let account = chain.ledger.account(&chain.state, &new).unwrap().unwrap();
    assert_eq!((account.number, account.sequence), (2, 0));
}

/// A block ends by removing what is over, so that from the next one on there is no grant at all.
#[test]
fn an_allowance_ends_with_its_day() {
    let mut chain = Chain::new();
    let end = in_seconds(&chain, 2);
    assert_eq!(allow(&mut chain, basic(&[], Some(end))).code, 0);
    assert_eq!(pay(&mut chain, 1).code, 0);
    assert_eq!(pay(&mut chain, 1).code, 0, "at the very second");
    let over = pay(&mut chain, 1);
    assert_eq!(code(&over), ("feegrant", 3), "{}", over.log);
    assert_eq!(code(&pay(&mut chain, 1)), ("sdk", 38));
    assert!(
        !chain
            .state
            .0
            .keys()
            .any(|key| key.starts_with(b"feegrant/"))
    );
    assert_eq!(
        allow(&mut chain, basic(&[], None)).code,
        0,
        "a new one can be given"
    );
}

#[test]
fn a_periodic_allowance_fills_up_again() {
    let mut chain = Chain::new();
    let allowance = PeriodicAllowance {
        basic: Some(BasicAllowance {
            spend_limit: coins(&[(25, "utoken")]),
            expiration: None,
        }),
        period: Some(Duration {
            seconds: 3,
            nanos: 0,
        }),
        period_spend_limit: coins(&[(10, "utoken")]),
        period_can_spend: coins(&[(10, "utoken")]),
        period_reset: Some(in_seconds(&chain, 3)),
    };
    assert_eq!(allow(&mut chain, any(PERIODIC, &allowance)).code, 0);
    assert_eq!(pay(&mut chain, 8).code, 0);
    let much = pay(&mut chain, 3);
    assert_eq!(code(&much), ("feegrant", 2));
    assert!(
        much.log.ends_with("period limit: fee limit exceeded"),
        "{}",
        much.log
    );
    assert_eq!(pay(&mut chain, 10).code, 0, "the next period");
    chain.height += 5;
    let much = pay(&mut chain, 8);
    assert_eq!(code(&much), ("feegrant", 2), "7 are left in all");
    assert_eq!(pay(&mut chain, 7).code, 0);
    assert_eq!(code(&pay(&mut chain, 0)), ("sdk", 38));
}

#[test]
fn an_allowance_may_hold_for_some_messages_alone() {
    let mut chain = Chain::new();
    let allowance = |messages: &[&str]| AllowedMsgAllowance {
        allowance: Some(basic(&[(9, "utoken")], None)),
        allowed_messages: messages.iter().map(|&text| text.to_owned()).collect(),
    };
    let execute = "/cosmwasm.wasm.v1.MsgExecuteContract";
    assert_eq!(
        allow(&mut chain, any(MESSAGES, &allowance(&[execute]))).code,
        0
    );
    let result = pay(&mut chain, 1);
    assert_eq!(code(&result), ("feegrant", 7), "{}", result.log);
    assert_eq!(forbid(&mut chain).code, 0);
    let both = [execute, "/cosmos.bank.v1beta1.MsgSend"];
    assert_eq!(allow(&mut chain, any(MESSAGES, &allowance(&both))).code, 0);
    assert_eq!(pay(&mut chain, 4).code, 0);
    assert_eq!(
        code(&pay(&mut chain, 6)),
        ("feegrant", 2),
        "the limit inside holds"
    );
}

#[test]
fn allowances_inside_each_other_without_end_are_refused() {
    let mut chain = Chain::new();
    let mut allowance = basic(&[], None);
    for _ in 0..10_000 {
        let outer = AllowedMsgAllowance {
            allowance: Some(allowance),
            allowed_messages: vec!["m".to_owned()],
        };
        allowance = any(MESSAGES, &outer);
    }
    assert_eq!(code(&allow(&mut chain, allowance)), ("sdk", 2));
}
