//! What is written: files that appear when they are complete, or a pipe.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::mem;
use std::path::{Path, PathBuf};

use hippocrypt::envelope::Durable;
use hippocrypt::keys::{self, AtomicFile, LockCost, disk, file};
use hippocrypt::{Error, Secret};

use crate::failure::{Outcome, Role};
use crate::interrupt::{self, Guard};

/// Where a command's bytes go.
pub struct Output {
    place: Place,
    written: u64,
    /// The name that nothing had before, to take back what was committed.
    fresh: Option<PathBuf>,
}

enum Place {
    /// A file that is not there before [`Output::commit`].
    File(AtomicFile, Guard),
    /// A file that grows under its name, since the first [`Durable::sync`].
    Growing(File),
    /// Standard output, a device or a named pipe: bytes are gone as soon as they are written.
    Pipe(Box<dyn Write>),
}

impl Output {
    /// Begins an output; `-` is standard output. An existing file is refused without `force`.
    pub fn create(path: &OsStr, force: bool, mode: u32, role: &'static str) -> Outcome<Self> {
        let place = if path == "-" {
            Place::Pipe(Box::new(io::stdout().lock()))
        } else if is_device(path) {
            Place::Pipe(Box::new(
                OpenOptions::new().write(true).open(path).role(role)?,
            ))
        } else {
            let file = AtomicFile::create(path, force, mode).role(role)?;
            let guard = interrupt::guard(file.temporary_path().to_path_buf());
            Place::File(file, guard)
        };
        let fresh = matches!(place, Place::File(..)) && !force;
        Ok(Self {
            place,
            written: 0,
            fresh: fresh.then(|| PathBuf::from(path)),
        })
    }

    /// As [`Output::create`], for bytes that would only confuse a terminal.
    pub fn create_binary(
        path: &OsStr,
        force: bool,
        mode: u32,
        role: &'static str,
    ) -> Outcome<Self> {
        if path == "-" && io::stdout().is_terminal() {
            return Err(Error::Argument(
                "sealed bytes are not for a terminal; name a file",
            ))
            .role(role);
        }
        Self::create(path, force, mode, role)
    }

    /// How many bytes were written.
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// The file appears under its name; a pipe is flushed.
    pub fn commit(self, role: &'static str) -> Outcome<()> {
        match self.place {
            Place::File(file, _guard) => file.commit().role(role),
            Place::Growing(file) => file.sync_all().role(role),
            Place::Pipe(mut pipe) => pipe.flush().role(role),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.place {
            Place::File(file, _) => file.write(bytes),
            Place::Growing(file) => file.write(bytes),
            Place::Pipe(pipe) => pipe.write(bytes),
        }?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::File(file, _) => file.flush(),
            Place::Growing(file) => file.flush(),
            Place::Pipe(pipe) => pipe.flush(),
        }
    }
}

impl Durable for Output {
    /// A file appears with what was written so far, and grows from then on.
    fn sync(&mut self) -> io::Result<()> {
        if let Place::Growing(file) = &self.place {
            return file.sync_all();
        }
        if !matches!(self.place, Place::File(..)) {
            return self.flush();
        }
        let nowhere = Place::Pipe(Box::new(io::sink()));
        if let Place::File(file, _guard) = mem::replace(&mut self.place, nowhere) {
            self.place = Place::Growing(file.commit_growing()?);
        }
        Ok(())
    }
}

/// Both appear, or neither.
pub fn commit_both(first: (Output, &'static str), second: (Output, &'static str)) -> Outcome<()> {
    commit_all(vec![first, second])
}

/// All appear, or none: if one can't, those before it are taken back, unless they replaced
/// something, which nothing brings back.
pub fn commit_all(outputs: Vec<(Output, &'static str)>) -> Outcome<()> {
    let mut appeared = Vec::new();
    for (output, role) in outputs {
        let fresh = output.fresh.clone();
        if let Err(failure) = output.commit(role) {
            for path in appeared {
                let _ = fs::remove_file(path);
            }
            return Err(failure);
        }
        appeared.extend(fresh);
    }
    Ok(())
}

/// A directory that outputs go to; if it was made here and stays empty, it is removed again.
pub struct Folder(Vec<PathBuf>);

impl Folder {
    /// Makes it, if it is not there, and those it lies in.
    pub fn create(path: &Path, role: &'static str) -> Outcome<Self> {
        let missing = path
            .ancestors()
            .take_while(|place| *place != Path::new("") && !place.exists())
            .map(Path::to_path_buf)
            .collect();
        fs::create_dir_all(path).role(role)?;
        let folder = Self(missing);
        // What is written into it is to outlive a power failure, and so is its name.
        for made in &folder.0 {
            sync_parent(made).role(role)?;
        }
        Ok(folder)
    }
}

fn sync_parent(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let parent = path.parent().filter(|it| *it != Path::new(""));
        File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

impl Drop for Folder {
    fn drop(&mut self) {
        for path in &self.0 {
            // What has something in it stays.
            let _ = fs::remove_dir(path);
        }
    }
}

/// Whether there is something there already that no file can take the place of.
fn is_device(path: &OsStr) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// A secret object as it goes to disk: armoured, and under the passphrase if there is one.
pub fn secret_text(
    object: &Secret<Vec<u8>>,
    passphrase: Option<&Secret<String>>,
) -> hippocrypt::Result<Secret<String>> {
    match passphrase {
        None => file::armour(object.expose()),
        Some(passphrase) => {
            let passphrase = passphrase.expose().as_str();
            let locked = keys::lock(
                object,
                passphrase,
                LockCost::DEFAULT,
                &mut getrandom::SysRng,
            )?;
            file::armour(&locked)
        }
    }
}

/// A secret key and its public half, `NAME.key` and `NAME.pub`: both appear, or neither.
pub struct Pair {
    secret: Output,
    public: Output,
}

/// Which file an error is about.
const BESIDE: &str = "-o, the public file beside it";

impl Pair {
    /// Begins both files, so that everything that can be refused is refused before either exists.
    pub fn create(path: &OsStr, force: bool) -> Outcome<Self> {
        let beside = Path::new(path).with_extension("pub");
        if path == "-" || beside.as_os_str() == path || beside == Path::new("") {
            return Err(Error::Argument("a file name that does not end in .pub")).role("-o");
        }
        let secret = Output::create(path, force, disk::SECRET_MODE, "-o")?;
        let public = Output::create(beside.as_os_str(), force, disk::PUBLIC_MODE, BESIDE)?;
        Ok(Self { secret, public })
    }

    /// Writes both.
    pub fn write(self, secret: &Secret<String>, public: &[u8]) -> Outcome<()> {
        self.write_all(secret, public, Vec::new())
    }

    /// Writes both, and a third file with them.
    pub fn write_with(
        self,
        secret: &Secret<String>,
        public: &[u8],
        (mut output, role): (Output, &'static str),
        bytes: &[u8],
    ) -> Outcome<()> {
        output.write_all(bytes).role(role)?;
        self.write_all(secret, public, vec![(output, role)])
    }

    /// Writes both, after other files that appear with them.
    pub fn write_all(
        self,
        secret: &Secret<String>,
        public: &[u8],
        outputs: Vec<(Output, &'static str)>,
    ) -> Outcome<()> {
        let [secret, public] = self.filled(secret, public)?;
        commit_all(outputs.into_iter().chain([secret, public]).collect())
    }

    /// Writes both, and between them other files that appear with them: the key is there before
    /// anything that leads to it.
    pub fn write_around(
        self,
        secret: &Secret<String>,
        public: &[u8],
        outputs: Vec<(Output, &'static str)>,
    ) -> Outcome<()> {
        let [secret, public] = self.filled(secret, public)?;
        let secret = std::iter::once(secret);
        commit_all(secret.chain(outputs).chain([public]).collect())
    }

    fn filled(
        mut self,
        secret: &Secret<String>,
        public: &[u8],
    ) -> Outcome<[(Output, &'static str); 2]> {
        let public_text = file::armour(public)?;
        self.secret
            .write_all(secret.expose().as_bytes())
            .role("-o")?;
        self.public
            .write_all(public_text.expose().as_bytes())
            .role(BESIDE)?;
        Ok([(self.secret, "-o"), (self.public, BESIDE)])
    }
}
