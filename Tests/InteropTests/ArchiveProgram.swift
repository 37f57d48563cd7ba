import Archive
import Foundation
import Testing

/// A program that packs or unpacks, as one line of shell: `$1` is the folder and `$2` the archive.
struct ArchiveProgram: Sendable, CustomTestStringConvertible {
    let name: String
    let line: String
    /// What it does not keep.
    let lacks: Set<Trait>
    /// For unpackers: what it is given.
    let format: ArchiveFormat

    init(_ name: String, _ line: String, lacks: Set<Trait> = [], format: ArchiveFormat = .tar) {
        self.name = name
        self.line = line
        self.lacks = lacks
        self.format = format
    }

    var testDescription: String { name }

    /// The programs that the lines call.
    private static let tools = ["tar", "bsdtar", "zip", "unzip", "7z", "cpio", "python3", "zstd", "lz4", "xz", "bzip2"]
    static let missing = tools.filter {
        !FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") && !isInBin($0)
    }
    static let absence = Comment(rawValue: "missing: \(missing.joined(separator: ", ")); run `make setup`")

    private static func isInBin(_ tool: String) -> Bool { FileManager.default.isExecutableFile(atPath: "/bin/\(tool)") }

    private static func python(_ script: String) -> String { "python3 -c '\(script)' \"$1\" \"$2\"" }

    static let packers: [Self] = [
        Self("GNU tar, GNU format", #"tar -C "$1" --format=gnu -cf "$2" ."#),
        Self("GNU tar, pax", #"tar -C "$1" --format=posix -cf "$2" ."#),
        Self("GNU tar, ustar", #"tar -C "$1" --format=ustar -cf "$2" ."#, lacks: [.longNames]),
        Self("GNU tar, gzip", #"tar -C "$1" -czf "$2" ."#),
        Self("GNU tar, zstd", #"tar -C "$1" --zstd -cf "$2" ."#),
        Self("GNU tar, xz", #"tar -C "$1" -cJf "$2" ."#),
        Self("GNU tar, bzip2", #"tar -C "$1" -cjf "$2" ."#),
        Self("GNU tar, lz4", #"tar -C "$1" -I lz4 -cf "$2" ."#),
        Self("bsdtar, pax", #"bsdtar -C "$1" --format=pax -cf "$2" ."#),
        Self("bsdtar, GNU format", #"bsdtar -C "$1" --format=gnutar -cf "$2" ."#),
        Self("bsdtar, zip", #"bsdtar -C "$1" --format=zip -cf "$2" ."#, lacks: [.hardLinks]),
        Self("bsdtar, 7z", #"bsdtar -C "$1" --format=7zip -cf "$2" ."#, lacks: [.hardLinks, .composition]),
        Self("bsdtar, cpio", #"bsdtar -C "$1" --format=newc -cf "$2" ."#),
        Self("cpio, newc", #"cd "$1" && find . -print0 | cpio -0 -o -H newc --quiet > "$2""#),
        Self("cpio, odc", #"cd "$1" && find . -print0 | cpio -0 -o -H odc --quiet > "$2""#),
        Self("cpio, crc", #"cd "$1" && find . -print0 | cpio -0 -o -H crc --quiet > "$2""#),
        Self("zip", #"cd "$1" && zip -q -r -y - . > "$2""#, lacks: [.hardLinks]),
        Self(
            "zip, stored", #"cd "$1" && rm -f "$2" && zip -q -0 -r -y "$2.zip" . && mv "$2.zip" "$2""#,
            lacks: [.hardLinks]),
        Self(
            "7z", #"cd "$1" && 7z a -bso0 -bsp0 -snl -t7z "$2.7z" . && mv "$2.7z" "$2""#,
            lacks: [.hardLinks, .composition]),
        Self(
            "7z, zip", #"cd "$1" && 7z a -bso0 -bsp0 -snl -tzip "$2.zip" . && mv "$2.zip" "$2""#,
            lacks: [.hardLinks, .times, .folderTimes]),
        Self(
            "Python tarfile, pax",
            python(
                "import sys,tarfile as t; a=t.open(sys.argv[2],\"w\",format=t.PAX_FORMAT); a.add(sys.argv[1],\".\"); a.close()"
            )),
        Self(
            "Python tarfile, GNU",
            python(
                "import sys,tarfile as t; a=t.open(sys.argv[2],\"w:gz\",format=t.GNU_FORMAT); a.add(sys.argv[1],\".\"); a.close()"
            )),
        Self(
            "Python zipfile",
            python(
                """
                import os,sys,zipfile as z
                with z.ZipFile(sys.argv[2],"w",z.ZIP_DEFLATED) as a:
                    for d,_,fs in os.walk(sys.argv[1]):
                        for f in [""]+fs: a.write(os.path.join(d,f),os.path.relpath(os.path.join(d,f),sys.argv[1]))
                """), lacks: [.links, .hardLinks, .times, .folderTimes]),
    ]

    static let unpackers: [Self] = [
        Self("GNU tar", #"tar -C "$1" -xpf "$2""#),
        Self("GNU tar, ustar", #"tar -C "$1" -xpf "$2""#, lacks: [.longNames], format: .ustar),
        Self("GNU tar, zstd", #"tar -C "$1" -xpf "$2""#, format: .tarZstd),
        Self("GNU tar, gzip", #"tar -C "$1" -xpf "$2""#, format: .tarGzip),
        Self("GNU tar, lz4", #"tar -C "$1" -I lz4 -xpf "$2""#, format: .tarLz4),
        Self("zstd and tar", #"zstd -qdc "$2" | tar -C "$1" -xpf -"#, format: .tarZstd),
        Self("bsdtar", #"bsdtar -C "$1" -xpf "$2""#, lacks: [.composition]),
        Self("bsdtar, ustar", #"bsdtar -C "$1" -xpf "$2""#, lacks: [.longNames], format: .ustar),
        Self("bsdtar, zstd", #"bsdtar -C "$1" -xpf "$2""#, lacks: [.composition], format: .tarZstd),
        Self(
            "bsdtar, zip", #"bsdtar -C "$1" -xpf "$2""#, lacks: [.hardLinks, .composition, .backslashes], format: .zip),
        Self("unzip", #"unzip -^ -q -d "$1" "$2""#, lacks: [.hardLinks], format: .zip),
        Self(
            "7z, zip", #"7z x -bso0 -bsp0 -snld -o"$1" "$2""#,
            lacks: [.hardLinks, .links, .modes, .times, .folderTimes, .controls], format: .zip),
        Self(
            "7z, tar", #"7z x -bso0 -bsp0 -o"$1" "$2""#,
            lacks: [.hardLinks, .links, .modes, .times, .folderTimes, .controls]),
        Self(
            "Python tarfile",
            python("import sys,tarfile as t; t.open(sys.argv[2]).extractall(sys.argv[1])")),
        Self(
            "Python zipfile",
            python("import sys,zipfile as z; z.ZipFile(sys.argv[2]).extractall(sys.argv[1])"),
            lacks: [.hardLinks, .links, .modes, .times, .folderTimes], format: .zip),
    ]

    func run(folder: String, archive: String, home: String) async throws -> ProgramResult {
        try await InteropTests.run(
            "/bin/sh", ["-c", line, "sh", folder, archive], environment: cleanEnvironment(home: home, ["TZ": "UTC"]))
    }
}
