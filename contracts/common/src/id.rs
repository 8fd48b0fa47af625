//! Identifiers: sequential numbers, each of its own type. Never reused, never computed from one another.

use cosmwasm_schema::cw_serde;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[cw_serde]
        #[derive(Copy, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl $name {
            /// The number itself: the storage key.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A person on one trust's roll; counts from 1.
    PersonId
);
id!(
    /// A proposal of one assembly, and so the poll on it; counts from 1.
    ProposalId
);
id!(
    /// A dividend declaration of one trust; counts from 1.
    DeclarationId
);
id!(
    /// An appropriation of one trust; counts from 1.
    AppropriationId
);
id!(
    /// A placement of principal with one custodian; counts from 1.
    PlacementId
);
id!(
    /// A trust in one registry; counts from 1.
    TrustId
);
id!(
    /// An accounting period of one trust, and the yearly label of a reading; period 1 begins with ratification.
    /// Readings may carry 0: the base before the first close.
    PeriodId
);
