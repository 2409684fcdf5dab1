//! What a request must claim for relays to serve it: always in the clear.

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::wire::{Reader, Writer, text};

/// The longest code, in bytes.
const CODE_BYTES: usize = 64;
/// The most codes of one kind.
const CODES: usize = 32;

/// Under which claims a grant may be used. An empty list allows every claim, also none.
///
/// Purpose, action and role are what the requester signs that they are: accountable, not proved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    purposes: Vec<String>,
    actions: Vec<String>,
    roles: Vec<String>,
    break_glass: bool,
}

/// What the requester claims, and signs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    purpose: String,
    action: String,
    role: String,
    break_glass: bool,
}

impl Conditions {
    /// Any purpose, any action, any role, and no breaking of glass.
    #[must_use]
    pub fn any() -> Self {
        Self::default()
    }

    /// Only for these purposes of use, codes of 1 to 64 bytes such as `HRESCH`.
    ///
    /// # Errors
    /// [`Error::Argument`] or [`Error::Text`] for a code, [`Error::Duplicate`],
    /// [`Error::TooLarge`] beyond 32.
    pub fn purposes<'a>(mut self, codes: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        self.purposes = list(codes)?;
        Ok(self)
    }

    /// Only for these actions, such as `access` or `use`.
    ///
    /// # Errors
    /// As [`Conditions::purposes`].
    pub fn actions<'a>(mut self, codes: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        self.actions = list(codes)?;
        Ok(self)
    }

    /// Only in these roles.
    ///
    /// # Errors
    /// As [`Conditions::purposes`].
    pub fn roles<'a>(mut self, codes: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        self.roles = list(codes)?;
        Ok(self)
    }

    /// Allows requests that say they are an emergency; all other conditions hold for them too.
    #[must_use]
    pub fn allow_break_glass(mut self) -> Self {
        self.break_glass = true;
        self
    }

    /// The purposes allowed, ascending; none means any.
    pub fn allowed_purposes(&self) -> impl Iterator<Item = &str> {
        self.purposes.iter().map(String::as_str)
    }

    /// The actions allowed, ascending; none means any.
    pub fn allowed_actions(&self) -> impl Iterator<Item = &str> {
        self.actions.iter().map(String::as_str)
    }

    /// The roles allowed, ascending; none means any.
    pub fn allowed_roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(String::as_str)
    }

    /// Whether emergencies are allowed.
    #[must_use]
    pub fn allows_break_glass(&self) -> bool {
        self.break_glass
    }

    /// Whether the claims meet the conditions.
    ///
    /// # Errors
    /// [`Error::Condition`] with the one that is not met.
    pub fn check(&self, claims: &Claims) -> Result<()> {
        for (allowed, claimed, what) in [
            (&self.purposes, &claims.purpose, "purpose"),
            (&self.actions, &claims.action, "action"),
            (&self.roles, &claims.role, "role"),
        ] {
            if !allowed.is_empty() && !allowed.contains(claimed) {
                return Err(Error::Condition(what));
            }
        }
        if claims.break_glass && !self.break_glass {
            return Err(Error::Condition("break-glass"));
        }
        Ok(())
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<()> {
        for codes in [&self.purposes, &self.actions, &self.roles] {
            writer.u8(codes.len() as u8); // at most CODES
            for code in codes {
                writer.lp8(code.as_bytes())?;
            }
        }
        writer.flag(self.break_glass);
        Ok(())
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            purposes: read_list(reader)?,
            actions: read_list(reader)?,
            roles: read_list(reader)?,
            break_glass: reader.flag()?,
        })
    }
}

impl Claims {
    /// Claims nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Claims a purpose of use.
    ///
    /// # Errors
    /// [`Error::Argument`] or [`Error::Text`] for the code.
    pub fn purpose(mut self, code: &str) -> Result<Self> {
        self.purpose = checked(code)?;
        Ok(self)
    }

    /// Claims an action.
    ///
    /// # Errors
    /// As [`Claims::purpose`].
    pub fn action(mut self, code: &str) -> Result<Self> {
        self.action = checked(code)?;
        Ok(self)
    }

    /// Claims a role.
    ///
    /// # Errors
    /// As [`Claims::purpose`].
    pub fn role(mut self, code: &str) -> Result<Self> {
        self.role = checked(code)?;
        Ok(self)
    }

    /// Claims an emergency.
    #[must_use]
    pub fn break_glass(mut self) -> Self {
        self.break_glass = true;
        self
    }

    /// The purpose claimed; empty without one.
    #[must_use]
    pub fn claimed_purpose(&self) -> &str {
        &self.purpose
    }

    /// The role claimed; empty without one.
    #[must_use]
    pub fn claimed_role(&self) -> &str {
        &self.role
    }

    /// The action claimed; empty without one.
    #[must_use]
    pub fn claimed_action(&self) -> &str {
        &self.action
    }

    /// Whether an emergency is claimed.
    #[must_use]
    pub fn claims_break_glass(&self) -> bool {
        self.break_glass
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<()> {
        for code in [&self.purpose, &self.action, &self.role] {
            writer.lp8(code.as_bytes())?;
        }
        writer.flag(self.break_glass);
        Ok(())
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let mut code = || -> Result<String> {
            let code = reader.text8(CODE_BYTES)?;
            Ok(String::from(code))
        };
        Ok(Self {
            purpose: code()?,
            action: code()?,
            role: code()?,
            break_glass: reader.flag()?,
        })
    }
}

fn checked(code: &str) -> Result<String> {
    if code.is_empty() || code.len() > CODE_BYTES {
        return Err(Error::Argument("a code has 1 to 64 bytes"));
    }
    text::check(code)?;
    Ok(String::from(code))
}

fn list<'a>(codes: impl IntoIterator<Item = &'a str>) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for code in codes {
        if all.len() >= CODES {
            return Err(Error::TooLarge("32 codes of one kind"));
        }
        all.push(checked(code)?);
    }
    all.sort();
    if all.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        return Err(Error::Duplicate("code"));
    }
    Ok(all)
}

fn read_list(reader: &mut Reader<'_>) -> Result<Vec<String>> {
    let count = usize::from(reader.u8()?);
    if count > CODES {
        return Err(Error::Length("codes"));
    }
    let mut all: Vec<String> = Vec::with_capacity(count);
    for _ in 0..count {
        let code = reader.text8(CODE_BYTES)?;
        if code.is_empty() {
            return Err(Error::Length("code"));
        }
        if all.last().is_some_and(|before| before.as_str() >= code) {
            return Err(Error::NotCanonical("order of codes"));
        }
        all.push(String::from(code));
    }
    Ok(all)
}
