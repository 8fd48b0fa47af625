//! Published contracts that speak IBC: channels and packets, callbacks, and the second version of the protocol.

use commons_vm::EntryPoint;
use cosmwasm_std::testing::{
    mock_ibc_channel_close_confirm, mock_ibc_channel_close_init, mock_ibc_channel_connect_ack,
    mock_ibc_channel_connect_confirm, mock_ibc_channel_open_init, mock_ibc_channel_open_try,
    mock_ibc_packet_ack, mock_ibc_packet_recv, mock_ibc_packet_timeout, mock_ibc2_packet_ack,
    mock_ibc2_packet_recv, mock_ibc2_packet_send, mock_ibc2_packet_timeout,
};
use cosmwasm_std::{
    Addr, IbcAckCallbackMsg, IbcAcknowledgement, IbcOrder, IbcSourceCallbackMsg,
    IbcTimeoutCallbackMsg, to_json_vec,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::material::published;
use crate::session::{Session, address};
use crate::stand::Stand;

pub(super) fn play(stand: &mut Stand) {
    for (name, wasm) in published() {
        match name.as_str() {
            "ibc_reflect.wasm" | "ibc_reflect_1.0.wasm" | "ibc_reflect_1.2.wasm" => {
                reflect(stand, &name, &wasm);
            }
            "ibc_callbacks.wasm" => callbacks(stand, &name, &wasm),
            "ibc2.wasm" => second(stand, &name, &wasm),
            _ => {}
        }
    }
}

const CHANNEL: &str = "channel-1234";
const VERSION: &str = "ibc-reflect-v1";

fn text(message: &impl Serialize) -> Vec<u8> {
    to_json_vec(message).expect("a message is JSON")
}

fn reflect(stand: &mut Stand, name: &str, wasm: &[u8]) {
    use EntryPoint::{
        IbcChannelClose, IbcChannelConnect, IbcChannelOpen, IbcPacketAck, IbcPacketReceive,
        IbcPacketTimeout, Query, Reply,
    };
    let contract = stand.load(name, wasm);
    let mut session = Session::new(stand, &contract);
    session.instantiate(r#"{"reflect_code_id":"many"}"#);
    session.instantiate(r#"{"reflect_code_id":101}"#);
    let ordered = IbcOrder::Ordered;
    for order in [IbcOrder::Unordered, IbcOrder::Ordered] {
        for version in ["other", VERSION] {
            let init = mock_ibc_channel_open_init(CHANNEL, order.clone(), version);
            session.tell(IbcChannelOpen, text(&init));
            let attempt = mock_ibc_channel_open_try(CHANNEL, order.clone(), version);
            session.tell(IbcChannelOpen, text(&attempt));
        }
    }
    session.tell(
        IbcChannelConnect,
        text(&mock_ibc_channel_connect_ack(
            CHANNEL,
            ordered.clone(),
            "other",
        )),
    );
    session.tell(IbcChannelConnect, "{}");
    session.tell(
        IbcChannelConnect,
        text(&mock_ibc_channel_connect_ack(
            CHANNEL,
            ordered.clone(),
            VERSION,
        )),
    );
    session.tell(
        Query,
        json!({"account": {"channel_id": CHANNEL}}).to_string(),
    );
    session.tell(Reply, reply(1, None).to_string());
    session.tell(Reply, reply(7890, None).to_string());
    session.tell(Reply, reply(7890, Some(&address("reflect"))).to_string());
    session.tell(
        Query,
        json!({"account": {"channel_id": CHANNEL}}).to_string(),
    );
    session.tell(
        Query,
        json!({"account": {"channel_id": "other"}}).to_string(),
    );
    session.tell(Query, r#"{"list_accounts":{}}"#);
    session.tell(
        IbcChannelConnect,
        text(&mock_ibc_channel_connect_confirm(
            "channel-2",
            ordered.clone(),
            VERSION,
        )),
    );
    packets(&mut session, IbcPacketReceive);
    let nothing = json!({});
    for answer in [&b"{}"[..], b"", br#"{"ok":{"account":"x"}}"#] {
        let ack = IbcAcknowledgement::new(answer);
        let ack = mock_ibc_packet_ack(CHANNEL, &nothing, ack).expect("it is JSON");
        session.tell(IbcPacketAck, text(&ack));
    }
    session.tell(IbcPacketAck, "[]");
    let timeout = mock_ibc_packet_timeout(CHANNEL, &nothing).expect("it is JSON");
    session.tell(IbcPacketTimeout, text(&timeout));
    session.tell(IbcPacketTimeout, "[]");
    session.execute("creator", "{}");
    session.execute("creator", r#"{"unknown":{}}"#);
    session.execute("creator", json!({"async_ack": {"channel_id": CHANNEL, "packet_sequence": "1", "ack": {"data": "e30="}}}).to_string());
    session.migrate("{}");
    session.migrate("[");
    session.tell(
        IbcChannelClose,
        text(&mock_ibc_channel_close_init(
            CHANNEL,
            ordered.clone(),
            VERSION,
        )),
    );
    session.tell(
        IbcChannelClose,
        text(&mock_ibc_channel_close_confirm(CHANNEL, ordered, VERSION)),
    );
    session.tell(Query, r#"{"list_accounts":{}}"#);
}

/// Packets that the contract knows and some that it does not, on a channel that it knows and on one that it does not.
fn packets(session: &mut Session<'_>, entry: EntryPoint) {
    let send = json!({"bank": {"send": {"to_address": "friend", "amount": [{"denom": "earth", "amount": "12"}]}}});
    let messages = [
        json!({"who_am_i": {}}),
        json!({"balance": {}}),
        json!({"balances": {}}),
        json!({"dispatch": {"msgs": [send]}}),
        json!({"dispatch": {"msgs": []}}),
        json!({"panic": {}}),
        json!({"return_err": {"text": "no"}}),
        json!({"return_msgs": {"msgs": [send]}}),
        json!({"no_ack": {}}),
        json!({"unknown": {}}),
        json!([]),
    ];
    for channel in [CHANNEL, "other"] {
        for message in &messages {
            let packet = mock_ibc_packet_recv(channel, message).expect("it is JSON");
            session.tell(entry, text(&packet));
        }
    }
}

/// The outcome of a sub-message: an error, or a new contract.
fn reply(id: u64, created: Option<&str>) -> Value {
    let Some(address) = created else {
        return json!({"id": id, "payload": "", "gas_used": 0, "result": {"error": "no"}});
    };
    let length = u8::try_from(address.len()).expect("an address is short");
    let data = cosmwasm_std::Binary::new([&[0x0a, length], address.as_bytes()].concat());
    let attributes = json!([{"key": "_contract_address", "value": address}]);
    let events = json!([{"type": "instantiate", "attributes": attributes}]);
    let response = json!({"events": events, "data": data, "msg_responses": []});
    json!({"id": id, "payload": "", "gas_used": 0, "result": {"ok": response}})
}

fn callbacks(stand: &mut Stand, name: &str, wasm: &[u8]) {
    use EntryPoint::{IbcDestinationCallback, IbcSourceCallback, Query};
    let contract = stand.load(name, wasm);
    let mut session = Session::new(stand, &contract);
    session.instantiate("[");
    session.instantiate("{}");
    let packet = mock_ibc_packet_recv(
        CHANNEL,
        &json!({"denom": "earth", "amount": "1", "sender": address("creator"), "receiver": cosmwasm_vm::testing::MOCK_CONTRACT_ADDR}),
    );
    let packet = packet.expect("it is JSON").packet;
    let relayer = Addr::unchecked("relayer");
    let success = IbcAcknowledgement::new(br#"{"result":"AQ=="}"#);
    let ack = IbcAckCallbackMsg::new(success.clone(), packet.clone(), relayer.clone());
    let timeout = IbcTimeoutCallbackMsg::new(packet.clone(), relayer);
    session.tell(
        IbcSourceCallback,
        text(&IbcSourceCallbackMsg::Acknowledgement(ack)),
    );
    session.tell(
        IbcSourceCallback,
        text(&IbcSourceCallbackMsg::Timeout(timeout)),
    );
    session.tell(IbcSourceCallback, "{}");
    for data in [&br#"{"result":"AQ=="}"#[..], b"\x01", b"no"] {
        let ack = IbcAcknowledgement::new(data);
        let arrived = json!({"packet": packet, "ack": ack});
        session.tell(IbcDestinationCallback, arrived.to_string());
    }
    session.tell(IbcDestinationCallback, "{}");
    session.tell(Query, r#"{"callback_stats":{}}"#);
    session.tell(Query, "{}");
    for kind in ["both", "src", "dst", "none"] {
        let transfer = json!({"transfer": {
            "to_address": address("friend"), "channel_id": CHANNEL, "timeout_seconds": 300, "callback_type": kind,
        }});
        session.execute("creator", transfer.to_string());
    }
    session.execute("creator", "{}");
}

fn second(stand: &mut Stand, name: &str, wasm: &[u8]) {
    use EntryPoint::{Ibc2PacketAck, Ibc2PacketReceive, Ibc2PacketSend, Ibc2PacketTimeout, Query};
    let contract = stand.load(name, wasm);
    let mut session = Session::new(stand, &contract);
    session.instantiate("[");
    session.instantiate("{}");
    let payloads = [
        json!({}),
        json!({"response_without_ack": false, "send_async_ack_for_prev_msg": false}),
        json!({"response_without_ack": true, "send_async_ack_for_prev_msg": false}),
        json!({"response_without_ack": false, "send_async_ack_for_prev_msg": true}),
        json!({"response_without_ack": true, "send_async_ack_for_prev_msg": true}),
        json!("text"),
    ];
    for payload in &payloads {
        let received = mock_ibc2_packet_recv(payload).expect("it is JSON");
        session.tell(Ibc2PacketReceive, text(&received));
        let ack = mock_ibc2_packet_ack(payload).expect("it is JSON");
        session.tell(Ibc2PacketAck, text(&ack));
        let timeout = mock_ibc2_packet_timeout(payload).expect("it is JSON");
        session.tell(Ibc2PacketTimeout, text(&timeout));
        let sent = mock_ibc2_packet_send(payload).expect("it is JSON");
        session.tell(Ibc2PacketSend, text(&sent));
    }
    for entry in [
        Ibc2PacketReceive,
        Ibc2PacketAck,
        Ibc2PacketTimeout,
        Ibc2PacketSend,
    ] {
        session.tell(entry, "{}");
    }
    for question in [
        "query_timeout_counter",
        "query_ack_counter",
        "query_receive_counter",
        "query_state",
        "unknown",
    ] {
        session.tell(Query, json!({question: {}}).to_string());
    }
}
