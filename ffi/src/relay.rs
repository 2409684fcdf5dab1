//! Relays: what they must remember, and how they transform.

use std::path::Path;

use hippocrypt::Error;
use hippocrypt::pre::{
    Answer, Circumstances, Current, FileRelayState, Grant, GrantShare, MemoryRelayState, RelayKey,
    RelayShare, Requests, RevocationList, Verified,
};

use crate::answer::{New, Number};
use crate::argument::{Look, Maybe, Mut, Ref, Text};

/// What a relay must not forget.
pub struct State(Box<dyn hippocrypt::pre::RelayState>);

noun!(State, "hc_relay_state", Exclusive, /// Frees a relay's state; what is on disk stays.
    hc_relay_state_free);
noun!(RelayShare, "hc_relay_share", Shared, /// Wipes and frees an installed share.
    hc_relay_share_free);

export! {
    /// The state of a relay in a directory.
    fn hc_relay_state_open(directory: Text, now: u64) -> state: New<State> {
        Ok(State(Box::new(FileRelayState::open(Path::new(directory), now)?)))
    }

    /// The state of a relay in memory.
    fn hc_relay_state_in_memory(now: u64) -> state: New<State> {
        Ok(State(Box::new(MemoryRelayState::started_at(now))))
    }

    /// Installs a share: opens it and checks it against the grant.
    fn hc_relay_share_install(grant: Ref<Grant<Verified>>, share: Ref<GrantShare>, key: Ref<RelayKey>, now: u64, state: Look<State>)
        -> installed: New<RelayShare> {
        Ok(RelayShare::install(grant.clone(), share, key, now, state.0.as_ref())?)
    }

    /// Which relay of the grant this is.
    fn hc_relay_share_index(share: Ref<RelayShare>) -> index: Number<u8> {
        Ok(share.index())
    }

    /// Answers a request.
    fn hc_relay_share_transform(share: Ref<RelayShare>, requests: Ref<Requests>, key: Ref<RelayKey>, now: u64,
        request_age: u64, list_age: u64, list: Maybe<Ref<RevocationList>>, state: Mut<State>) -> answer: New<Answer> {
        let request = requests.for_relay(share.index()).ok_or(Error::Missing("a request to this relay"))?;
        let state = state.0.as_mut();
        let current = match list {
            // Lists of others must not fill the relay's memory.
            Some(list) if list.publisher() != share.grant().header().publisher() => {
                return Err(Error::StaleList("not by the publisher of the grant").into());
            }
            Some(list) => Some(Current::accept(list.clone(), state, now, list_age)?),
            None => None,
        };
        let circumstances = Circumstances { now, request_age, list_age, current: current.as_ref() };
        Ok(share.transform(request, key, &circumstances, state)?)
    }
}
