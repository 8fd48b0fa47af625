//! Owns what can be known about a contract without running it; it must never hold anything that compilation could change.

use std::collections::BTreeSet;
use std::fmt;

use crate::checksum::Checksum;

/// The result of the static checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// SHA-256 of the file.
    pub checksum: Checksum,
    /// The entry points the contract exports.
    pub entry_points: BTreeSet<EntryPoint>,
    /// Whether all six entry points of the classic IBC interface are exported.
    pub has_ibc_entry_points: bool,
    /// What follows `requires_` in the names of exported functions.
    pub required_capabilities: BTreeSet<String>,
    /// The number in the custom section `cw_migrate_version`.
    pub migrate_version: Option<u64>,
}

/// A function the chain may call. Its arguments are JSON texts, named by [`EntryPoint::parameters`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryPoint {
    /// Sets up a new contract.
    Instantiate,
    /// Acts for a sender.
    Execute,
    /// Answers without writing.
    Query,
    /// Moves a contract to new code.
    Migrate,
    /// Acts for the chain.
    Sudo,
    /// Takes the outcome of a sub-message.
    Reply,
    /// Agrees to a channel, or names the version it wants.
    IbcChannelOpen,
    /// Learns that a channel is open.
    IbcChannelConnect,
    /// Learns that a channel is closed.
    IbcChannelClose,
    /// Takes a packet.
    IbcPacketReceive,
    /// Learns how its packet was taken.
    IbcPacketAck,
    /// Learns that its packet was not taken in time.
    IbcPacketTimeout,
    /// Learns what became of a transfer that it began.
    IbcSourceCallback,
    /// Learns that a transfer has arrived.
    IbcDestinationCallback,
    /// Takes a packet of the second IBC interface.
    Ibc2PacketReceive,
    /// Learns how its packet of the second interface was taken.
    Ibc2PacketAck,
    /// Learns that its packet of the second interface was not taken in time.
    Ibc2PacketTimeout,
    /// Agrees to send a packet of the second interface.
    Ibc2PacketSend,
}

impl EntryPoint {
    /// Every entry point.
    pub const ALL: [EntryPoint; 18] = [
        EntryPoint::Instantiate,
        EntryPoint::Execute,
        EntryPoint::Query,
        EntryPoint::Migrate,
        EntryPoint::Sudo,
        EntryPoint::Reply,
        EntryPoint::IbcChannelOpen,
        EntryPoint::IbcChannelConnect,
        EntryPoint::IbcChannelClose,
        EntryPoint::IbcPacketReceive,
        EntryPoint::IbcPacketAck,
        EntryPoint::IbcPacketTimeout,
        EntryPoint::IbcSourceCallback,
        EntryPoint::IbcDestinationCallback,
        EntryPoint::Ibc2PacketReceive,
        EntryPoint::Ibc2PacketAck,
        EntryPoint::Ibc2PacketTimeout,
        EntryPoint::Ibc2PacketSend,
    ];

    /// The classic IBC interface: whoever exports all of these is an endpoint.
    pub const IBC: [EntryPoint; 6] = [
        EntryPoint::IbcChannelOpen,
        EntryPoint::IbcChannelConnect,
        EntryPoint::IbcChannelClose,
        EntryPoint::IbcPacketReceive,
        EntryPoint::IbcPacketAck,
        EntryPoint::IbcPacketTimeout,
    ];

    /// The name of the export.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            EntryPoint::Instantiate => "instantiate",
            EntryPoint::Execute => "execute",
            EntryPoint::Query => "query",
            EntryPoint::Migrate => "migrate",
            EntryPoint::Sudo => "sudo",
            EntryPoint::Reply => "reply",
            EntryPoint::IbcChannelOpen => "ibc_channel_open",
            EntryPoint::IbcChannelConnect => "ibc_channel_connect",
            EntryPoint::IbcChannelClose => "ibc_channel_close",
            EntryPoint::IbcPacketReceive => "ibc_packet_receive",
            EntryPoint::IbcPacketAck => "ibc_packet_ack",
            EntryPoint::IbcPacketTimeout => "ibc_packet_timeout",
            EntryPoint::IbcSourceCallback => "ibc_source_callback",
            EntryPoint::IbcDestinationCallback => "ibc_destination_callback",
            EntryPoint::Ibc2PacketReceive => "ibc2_packet_receive",
            EntryPoint::Ibc2PacketAck => "ibc2_packet_ack",
            EntryPoint::Ibc2PacketTimeout => "ibc2_packet_timeout",
            EntryPoint::Ibc2PacketSend => "ibc2_packet_send",
        }
    }

    /// The arguments in their order. A migrate function that takes only the first two gets only those.
    #[must_use]
    pub const fn parameters(self) -> &'static [&'static str] {
        match self {
            EntryPoint::Instantiate | EntryPoint::Execute => &["env", "info", "msg"],
            EntryPoint::Migrate => &["env", "msg", "migrate_info"],
            _ => &["env", "msg"],
        }
    }
}

impl fmt::Display for EntryPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
