//! What all key classes have in common. A class has one block of methods, so what they share
//! is written into it.

/// A public object: bytes, files, equality, pickling, and a `repr` that says what it is.
macro_rules! public_class {
    ($(#[$doc:meta])* $class:ident, $name:literal, $inner:ty, $read:expr, { $($more:tt)* }) => {
        $(#[$doc])*
        #[pyclass(frozen, module = "hippocrypt", name = $name, skip_from_py_object)]
        pub struct $class {
            pub inner: std::sync::Arc<$inner>,
        }

        impl $class {
            pub fn new(inner: $inner) -> Self {
                Self { inner: std::sync::Arc::new(inner) }
            }

            fn encoded(&self) -> PyResult<Vec<u8>> {
                use $crate::key_file::Encoding;
                $crate::error::Raise::raise(self.inner.to_bytes().encoded())
            }
        }

        #[pymethods]
        impl $class {
            /// Reads the object from its bytes, in binary or armoured.
            #[staticmethod]
            fn from_bytes(data: $crate::input::Buffer<'_>) -> PyResult<Self> {
                $crate::key_file::read_public(data.as_slice(), $read).map(Self::new)
            }

            /// Reads a file, in binary or armoured.
            #[staticmethod]
            fn load(py: Python<'_>, path: std::path::PathBuf) -> PyResult<Self> {
                $crate::key_file::load_public(py, path, $read).map(Self::new)
            }

            /// Writes an armoured file, whole or not at all.
            #[pyo3(signature = (path, *, overwrite = false))]
            fn save(&self, py: Python<'_>, path: std::path::PathBuf, overwrite: bool) -> PyResult<()> {
                $crate::key_file::save_public(py, &self.encoded()?, path, overwrite)
            }

            /// The object's one binary encoding (SPEC.md, section 6).
            fn to_bytes<'py>(
                &self,
                py: Python<'py>,
            ) -> PyResult<Bound<'py, pyo3::types::PyBytes>> {
                Ok(pyo3::types::PyBytes::new(py, &self.encoded()?))
            }

            fn __eq__(&self, other: &Self) -> PyResult<bool> {
                Ok(self.encoded()? == other.encoded()?)
            }

            fn __hash__(&self) -> PyResult<u64> {
                use std::hash::{DefaultHasher, Hash, Hasher};
                let mut hasher = DefaultHasher::new();
                self.encoded()?.hash(&mut hasher);
                Ok(hasher.finish())
            }

            fn __reduce__<'py>(
                &self,
                py: Python<'py>,
            ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, pyo3::types::PyBytes>,))> {
                let read = py.get_type::<Self>().getattr("from_bytes")?;
                Ok((read, (self.to_bytes(py)?,)))
            }

            $($more)*
        }
    };
}

/// A public object that has no armour: bytes, equality and pickling.
macro_rules! object_class {
    ($(#[$doc:meta])* $class:ident, $name:literal, $inner:ty, { $($more:tt)* }) => {
        $(#[$doc])*
        #[pyclass(frozen, module = "hippocrypt", name = $name, skip_from_py_object)]
        pub struct $class {
            pub inner: std::sync::Arc<$inner>,
        }

        impl $class {
            pub fn new(inner: $inner) -> Self {
                Self { inner: std::sync::Arc::new(inner) }
            }
        }

        #[pymethods]
        impl $class {
            /// Reads the object from its bytes.
            #[staticmethod]
            fn from_bytes(data: $crate::input::Buffer<'_>) -> PyResult<Self> {
                let read = <$inner>::from_bytes(data.as_slice());
                $crate::error::Raise::raise(read).map(Self::new)
            }

            /// The object's one binary encoding (SPEC.md, section 19.3).
            fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, pyo3::types::PyBytes> {
                pyo3::types::PyBytes::new(py, &self.inner.to_bytes())
            }

            fn __eq__(&self, other: &Self) -> bool {
                self.inner.to_bytes() == other.inner.to_bytes()
            }

            fn __hash__(&self) -> u64 {
                use std::hash::{DefaultHasher, Hash, Hasher};
                let mut hasher = DefaultHasher::new();
                self.inner.to_bytes().hash(&mut hasher);
                hasher.finish()
            }

            fn __reduce__<'py>(
                &self,
                py: Python<'py>,
            ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, pyo3::types::PyBytes>,))> {
                let read = py.get_type::<Self>().getattr("from_bytes")?;
                Ok((read, (self.to_bytes(py),)))
            }

            $($more)*
        }
    };
}

/// A secret: files under a passphrase, and neither `repr` of content, copies nor pickling.
macro_rules! secret_class {
    ($(#[$doc:meta])* $class:ident, $name:literal, $inner:ty, $read:expr, { $($more:tt)* }) => {
        $(#[$doc])*
        #[pyclass(frozen, module = "hippocrypt", name = $name, skip_from_py_object)]
        pub struct $class {
            pub inner: std::sync::Arc<$inner>,
        }

        impl $class {
            pub fn new(inner: $inner) -> Self {
                Self { inner: std::sync::Arc::new(inner) }
            }
        }

        #[pymethods]
        impl $class {
            /// Reads a file of mode 0600; `passphrase` is for one that lies under a passphrase.
            #[staticmethod]
            #[pyo3(signature = (path, *, passphrase = None))]
            fn load(
                py: Python<'_>,
                path: std::path::PathBuf,
                passphrase: Option<String>,
            ) -> PyResult<Self> {
                $crate::key_file::load_secret(py, path, passphrase, $read).map(Self::new)
            }

            /// Writes an armoured file of mode 0600, whole or not at all; `passphrase` locks it
            /// with Argon2id.
            #[pyo3(signature = (path, *, passphrase = None, overwrite = false))]
            fn save(
                &self,
                py: Python<'_>,
                path: std::path::PathBuf,
                passphrase: Option<String>,
                overwrite: bool,
            ) -> PyResult<()> {
                let bytes = || self.inner.to_bytes();
                $crate::key_file::save_secret(py, &bytes, path, passphrase, overwrite)
            }

            fn __repr__(&self) -> &'static str {
                concat!("<hippocrypt.", $name, ">")
            }

            fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
                Err($crate::error::never_pickled(&slf.get_type()))
            }

            $($more)*
        }
    };
}
