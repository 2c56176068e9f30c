//! Builds what the browser downloads, compresses it, and tells how large it is.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::failure::Failure;
use crate::workspace::{command, dist as dist_folder, finish, root, target};

/// What a first visit may cost (P1), in bytes of brotli.
const FIRST_LOAD_BAR: u64 = 350_000;
/// What the console is built from.
const SOURCES: [&str; 7] =
    [".cargo", "client", "relay/wire", "public", "Trunk.toml", "Cargo.toml", "Cargo.lock"];
/// Files that gain from compression; pictures, fonts and sounds are compressed already.
const COMPRESSIBLE: [&str; 9] = ["css", "html", "js", "json", "mjs", "svg", "txt", "wasm", "webmanifest"];

/// Builds `dist/` unless it is as new as its sources.
pub(crate) fn dist() -> Result<(), Failure> {
    let stamp = target().join("dist-built-from");
    let sources = fingerprint()?;
    let unchanged = dist_folder().join("index.html").is_file()
        && fs::read_to_string(&stamp).is_ok_and(|built_from| built_from == sources);
    if unchanged {
        println!("dist/ is as new as its sources");
        return tell_size();
    }
    println!("building the console (about two minutes when nothing was built before)");
    let mut trunk = command("trunk");
    trunk.args(["build", "--release", "--cargo-profile", "client", "--offline=true", "--skip-version-check"]);
    // Trunk reads NO_COLOR as a boolean and stops at the usual NO_COLOR=1.
    trunk.env_remove("NO_COLOR");
    finish(&mut trunk)?;
    for file in files_below(&dist_folder())? {
        compress(&file)?;
    }
    fs::create_dir_all(target()).map_err(Failure::file(&target()))?;
    fs::write(&stamp, sources).map_err(Failure::file(&stamp))?;
    tell_size()
}

/// A digest of every source file's path and content.
fn fingerprint() -> Result<String, Failure> {
    let mut hasher = DefaultHasher::new();
    for source in SOURCES {
        for file in files_below(&root().join(source))? {
            // Fuzzers and tests write below the sources too, but into folders that Git ignores.
            if file.components().any(|part| part.as_os_str() == "target") {
                continue;
            }
            file.hash(&mut hasher);
            fs::read(&file).map_err(Failure::file(&file))?.hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// All files below a folder in a fixed order; a file is itself, what does not exist is nothing.
fn files_below(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut entries = fs::read_dir(path)
        .and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
        })
        .map_err(Failure::file(path))?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        files.extend(files_below(&entry)?);
    }
    Ok(files)
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

/// Puts `.br` and `.gz` beside a file, for the relay to send as they are.
fn compress(path: &Path) -> Result<(), Failure> {
    if !COMPRESSIBLE.contains(&extension(path)) {
        return Ok(());
    }
    let content = fs::read(path).map_err(Failure::file(path))?;

    let mut brotli = Vec::new();
    let best = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut content.as_slice(), &mut brotli, &best).map_err(Failure::file(path))?;
    write_beside(path, "br", &brotli)?;

    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    let gzip = gzip.write_all(&content).and_then(|()| gzip.finish()).map_err(Failure::file(path))?;
    write_beside(path, "gz", &gzip)
}

fn write_beside(path: &Path, suffix: &str, content: &[u8]) -> Result<(), Failure> {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    let beside = PathBuf::from(name);
    fs::write(&beside, content).map_err(Failure::file(&beside))
}

/// Prints what each file costs to send, and all of them together, against the bar.
fn tell_size() -> Result<(), Failure> {
    let mut sent: BTreeMap<PathBuf, u64> = BTreeMap::new();
    for file in files_below(&dist_folder())? {
        let size = fs::metadata(&file).map_err(Failure::file(&file))?.len();
        match extension(&file) {
            "gz" => {}
            // Sorted order brings `name.wasm` first and lets `name.wasm.br` take its place.
            "br" => drop(sent.insert(file.with_extension(""), size)),
            _ => drop(sent.insert(file, size)),
        }
    }
    for (file, size) in &sent {
        println!("{size:>9}  {}", file.strip_prefix(dist_folder()).unwrap_or(file).display());
    }
    let total: u64 = sent.values().sum();
    let verdict = if total <= FIRST_LOAD_BAR { "within" } else { "OVER" };
    println!("{total:>9}  bytes of brotli for all files, {verdict} the bar of {FIRST_LOAD_BAR}");
    Ok(())
}
