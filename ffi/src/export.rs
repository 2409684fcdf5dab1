//! The one place where functions get their C names: arguments are read, the body runs, outputs
//! are written. Bodies are safe code.

/// Defines functions for C.
///
/// An argument is `name: Type` or, where its number stands behind it, `name[number]: Type`, with
/// the types of [`argument`](crate::argument); outputs have those of [`answer`](crate::answer).
/// The body answers the value of the output, or those of several in a tuple.
macro_rules! export {
    () => {};
    ($(#[$doc:meta])* fn $name:ident($($arg:ident $([$len:ident])?: $type:ty),* $(,)?) $body:block $($rest:tt)*) => {
        export!(@fn $(#[$doc])* $name ($($arg $([$len])?: $type),*) () (()) ((), |answer: ()| answer) $body);
        export!($($rest)*);
    };
    ($(#[$doc:meta])* fn $name:ident($($arg:ident $([$len:ident])?: $type:ty),* $(,)?)
        -> $out:ident $([$room:ident])?: $answer:ty $body:block $($rest:tt)*) => {
        export!(@fn $(#[$doc])* $name ($($arg $([$len])?: $type),*) ($out $([$room])?: $answer) (($answer,))
            (<$answer as $crate::answer::Answer>::Value, |answer| (answer,)) $body);
        export!($($rest)*);
    };
    ($(#[$doc:meta])* fn $name:ident($($arg:ident $([$len:ident])?: $type:ty),* $(,)?)
        -> ($($out:ident $([$room:ident])?: $answer:ty),+) $body:block $($rest:tt)*) => {
        export!(@fn $(#[$doc])* $name ($($arg $([$len])?: $type),*) ($($out $([$room])?: $answer),+) (($($answer,)+))
            (($(<$answer as $crate::answer::Answer>::Value,)+), |answer| answer) $body);
        export!($($rest)*);
    };
    (@fn $(#[$doc:meta])* $name:ident ($($arg:ident $([$len:ident])?: $type:ty),*)
        ($($out:ident $([$room:ident])?: $answer:ty),*) ($answers:ty) ($value:ty, $tuple:expr) $body:block) => {
        $(#[$doc])*
        ///
        /// # Safety
        /// The header says what each pointer must lead to.
        #[unsafe(no_mangle)]
        #[allow(clippy::too_many_arguments)]
        pub unsafe extern "C" fn $name(
            $($arg: <$type as $crate::argument::Argument>::C, $($len: usize,)?)*
            $($out: <$answer as $crate::answer::Answer>::C, $($room: usize,)?)*
        ) -> $crate::fault::Code {
            let answered = $crate::fault::guard(move || {
                #[allow(clippy::unused_unit)]
                let places = ($($out,)*);
                <$answers as $crate::answer::Answers>::check(&places)?;
                $(
                    // SAFETY: the caller of a C function keeps what the header asks of it.
                    #[allow(unused_mut)]
                    let mut $arg = unsafe { <$type as $crate::argument::Argument>::read($arg, 0 $(+ $len)?) }?;
                )*
                #[allow(clippy::redundant_closure_call)]
                let value = (move || -> ::std::result::Result<$value, $crate::fault::Fault> { $body })()?;
                let rooms = ($(0usize $(+ $room)?,)*);
                #[allow(clippy::redundant_closure_call)]
                let values = ($tuple)(value);
                // SAFETY: the places were checked above, the rest is the caller's promise.
                unsafe { <$answers as $crate::answer::Answers>::write(places, rooms, values) }
            });
            match answered {
                Ok(()) => $crate::fault::Code::OK,
                Err(code) => code,
            }
        }
        prototype!($name: unsafe extern "C" fn(
            $(<$type as $crate::argument::Argument>::C, $(prototype!(@length $len),)?)*
            $(<$answer as $crate::answer::Answer>::C, $(prototype!(@length $room),)?)*
        ) -> $crate::fault::Code);
    };
}

/// For the comparison with the header: a module beside the function, with the prototype that its
/// type has in C.
macro_rules! prototype {
    ($name:ident: $type:ty) => {
        /// The function's prototype.
        #[cfg(test)]
        pub mod $name {
            #[allow(unused_imports)]
            use super::*;

            /// As the header must have it.
            pub fn prototype() -> String {
                let function: $type = super::$name;
                $crate::header::Function::prototype(function, stringify!($name))
            }
        }
    };
    (@length $name:ident) => {
        usize
    };
}

/// Names a type of the header and says who may use one at once.
macro_rules! noun {
    ($type:ty, $name:literal, $ownership:ident, $(#[$doc:meta])* $free:ident) => {
        impl $crate::handle::Noun for $type {
            const NAME: &'static str = $name;
            type Ownership = $crate::handle::$ownership;
        }

        $(#[$doc])*
        ///
        /// # Safety
        /// NULL, or a handle of this type that nobody uses any more.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $free(handle: *mut $crate::handle::Handle<$type>) {
            // SAFETY: the caller's promise.
            let _ = $crate::fault::guard(|| Ok(unsafe { $crate::handle::Handle::free(handle) }));
        }
        prototype!($free: unsafe extern "C" fn(*mut $crate::handle::Handle<$type>));
    };
}

/// An object that is bytes outside: read, written and freed alike, whatever it is.
///
/// The last word says what its bytes are: `secret` ones come in a type that wipes them, and can
/// come from and go to a key store; `plain` ones are a vector, `checked` ones the result of making
/// one.
macro_rules! object {
    ($type:ty, $name:literal, $from:ident, $to:ident, $free:ident, secret, $load:ident, $store:ident) => {
        object!(@common $type, $name, $from, $free);
        export! {
            /// Its bytes, which are secret.
            fn $to(object: Ref<$type>) -> bytes: New<Buffer> { Ok(Buffer::secret(object.to_bytes())) }

            /// Reads it from a key store.
            fn $load(store: Store, name: Text) -> object: New<$type> {
                let bytes = hippocrypt::keys::KeyStore::load(&store, name)?;
                Ok(<$type>::from_bytes(bytes.expose())?)
            }

            /// Puts it into a key store.
            fn $store(object: Ref<$type>, store: Store, name: Text) {
                Ok(hippocrypt::keys::KeyStore::store(&store, name, &object.to_bytes())?)
            }
        }
    };
    ($type:ty, $name:literal, $from:ident, $to:ident, $free:ident, plain) => {
        object!(@common $type, $name, $from, $free);
        export! {
            /// Its bytes.
            fn $to(object: Ref<$type>) -> bytes: New<Buffer> { Ok(Buffer::plain(object.to_bytes())) }
        }
    };
    ($type:ty, $name:literal, $from:ident, $to:ident, $free:ident, checked) => {
        object!(@common $type, $name, $from, $free);
        export! {
            /// Its bytes.
            fn $to(object: Ref<$type>) -> bytes: New<Buffer> { Ok(Buffer::plain(object.to_bytes()?)) }
        }
    };
    (@common $type:ty, $name:literal, $from:ident, $free:ident) => {
        noun!($type, $name, Shared, /// Frees one.
            $free);
        export! {
            /// Reads its bytes, in binary or in armour.
            fn $from(bytes[length]: Bytes) -> object: New<$type> {
                Ok($crate::buffer::binary(bytes, |bytes| <$type>::from_bytes(bytes))?)
            }
        }
    };
}
