import DroverTesting
import Foundation
import Glibc
import Testing

@Suite("Packing from the command line", .timeLimit(.minutes(5)))
struct PackCommandTests {
    /// A small tree with something of everything.
    private func tree(_ drover: DroverProcess, _ root: String = "assets") throws {
        try drover.write("hello", to: "\(root)/data/local/tmp/hello.txt")
        try drover.write("#!/system/bin/sh\n", to: "\(root)/data/local/tmp/run.sh")
        try drover.write(Data(repeating: 7, count: 400_000), to: "\(root)/data/media/0/größe.bin")
        try drover.write("scratch", to: "\(root)/data/local/tmp/left.tmp")
        let folder = drover.folder.appendingPathComponent(root).path
        #expect(chmod("\(folder)/data/local/tmp/run.sh", 0o755) == 0)
        #expect(symlink("hello.txt", "\(folder)/data/local/tmp/latest") == 0)
    }

    private func bytes(_ drover: DroverProcess, _ name: String) throws -> Data {
        try Data(contentsOf: drover.folder.appendingPathComponent(name))
    }

    @Test func `a folder is packed, and told of in three lines`() async throws {
        try await DroverProcess.with { drover in
            try tree(drover)
            try await drover.expect(
                "pack", exitCode: 0, ["pack", "assets", "-o", "assets.tar", "--exclude", "*.tmp", "--owner", "phone"])
            try await drover.expect(
                "pack-print-hash", exitCode: 0,
                ["pack", "assets", "-o", "assets.zip", "--exclude", "*.tmp", "--print-hash"])
            try await drover.expect("pack-inspect", exitCode: 0, ["inspect", "assets.tar"])
        }
    }

    @Test func `what cannot be packed as asked is said in one line each`() async throws {
        try await DroverProcess.with { drover in
            try tree(drover)
            try drover.write("", to: "bad/fine")
            for name in ["pipe", "tube"] {
                #expect(mkfifo(drover.folder.appendingPathComponent("bad/\(name)").path, 0o600) == 0)
            }
            try FileManager.default.createDirectory(
                at: drover.folder.appendingPathComponent("empty"), withIntermediateDirectories: true)
            let wrong: [(name: String, arguments: [String])] = [
                ("pack-problems", ["pack", "bad", "-o", "a.tar"]),
                ("pack-missing", ["pack", "nowhere", "-o", "a.tar"]),
                ("pack-nothing", ["pack", "empty", "-o", "a.tar"]),
                ("pack-all-excluded", ["pack", "assets", "-o", "a.tar", "--exclude", "*"]),
                ("pack-no-format", ["pack", "assets", "-o", "assets.rar"]),
                ("pack-format-unknown", ["pack", "assets", "-o", "a.tar", "--format", "rar"]),
                ("pack-mode-wrong", ["pack", "assets", "-o", "a.tar", "--mode", "rwx"]),
                ("pack-owner-wrong", ["pack", "assets", "-o", "a.tar", "--owner", "shell"]),
                ("pack-mtime-wrong", ["pack", "assets", "-o", "a.tar", "--mtime", "yesterday"]),
                ("pack-prefix-wrong", ["pack", "assets", "-o", "a.tar", "--prefix", "../up"]),
                ("pack-level-wrong", ["pack", "assets", "-o", "a.tar.zst", "--level", "99"]),
                ("pack-level-unknown", ["pack", "assets", "-o", "a.tar", "--level", "3"]),
                ("pack-two-places", ["pack", "assets", "assets/data/..", "-o", "a.tar"]),
            ]
            for (name, arguments) in wrong { try await drover.expect(name, exitCode: 2, arguments) }
            try await drover.expect("pack-unwritable", exitCode: 5, ["pack", "assets", "-o", "none/a.tar"])
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: drover.folder.path).allSatisfy {
                    !$0.hasSuffix("tar")
                })
        }
    }

    @Test func `what was hashed is noted, and can be hashed again`() async throws {
        try await DroverProcess.with { drover in
            try drover.write(Data(repeating: 7, count: 17 << 20), to: "assets/large.bin")
            let notes = drover.folder.appendingPathComponent("cache/memory").path
            let variables = ["DROVER_CACHE": drover.folder.appendingPathComponent("cache").path]
            let command = ["pack", "assets", "-o", "assets.tar", "--print-hash"]
            let unnoted = try await drover.run(command + ["--no-hash"], environment: variables)
            #expect(unnoted.exitCode == 2)
            let first = try await drover.run(command, environment: variables)
            #expect(try FileManager.default.contentsOfDirectory(atPath: notes).count == 1)
            for more in [[], ["--hash-again"]] {
                let next = try await drover.run(command + more, environment: variables)
                #expect(next.exitCode == 0)
                #expect(next.output == first.output)
            }
            let both = try await drover.run(
                ["pack", "assets", "-o", "assets.tar", "--hash-again", "--no-hash"], environment: variables)
            #expect(both.exitCode == 2)
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible, "a small disk needs root")) func `a full disk is told of`() async throws {
        try await DroverProcess.with { drover in
            try tree(drover)
            let disk = try SmallDisk(at: drover.folder.appendingPathComponent("disk").path)
            defer { disk.remove() }
            try await drover.expect("pack-disk-full", exitCode: 5, ["pack", "assets", "-o", "disk/a.tar"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).isEmpty)
        }
    }

    @Test func `a limit on the size of files is an error like any other`() async throws {
        try await DroverProcess.with { drover in
            try tree(drover)
            let program = DroverProcess.program.path
            let code = try await shell(drover, "ulimit -f 100; exec '\(program)' pack assets -o a.tar", [:])
            #expect(code == 5)
            #expect(access(drover.folder.appendingPathComponent("a.tar").path, F_OK) != 0)
        }
    }

    private func shell(_ drover: DroverProcess, _ line: String, _ variables: [String: String]) async throws -> CInt {
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(null) }
        let environment = ["HOME": drover.folder.path, "PATH": "/usr/bin:/bin"].merging(variables) { $1 }
        let id = try spawn(
            ["/bin/sh", "-c", "cd '\(drover.folder.path)' && \(line)"], environment, output: null, error: null)
        return await exitCode(of: id)
    }

    @Test(arguments: ["tar", "ustar", "tar.zst", "tar.gz", "tar.lz4", "zip"])
    func `language, mask and time zone show nowhere in the bytes`(format: String) async throws {
        try await DroverProcess.with { drover in
            try tree(drover, "one")
            let program = DroverProcess.program.path
            let places: [(mask: String, variables: [String: String])] = [
                ("022", ["LANG": "C.UTF-8", "TZ": "UTC"]),
                ("077", ["LC_ALL": "C", "TZ": "Asia/Tokyo"]),
                ("000", ["LC_ALL": "de_DE.UTF-8", "TZ": "America/St_Johns"]),
            ]
            var archives: [Data] = []
            for (number, place) in places.enumerated() {
                // Made anew each time, under another mask and in another order.
                let root = "tree\(number)"
                let make = "umask \(place.mask); mkdir -p \(root) && cp -r one/data \(root)/"
                let pack = "exec '\(program)' pack \(root) -o \(number).out --format \(format)"
                let code = try await shell(
                    drover, "\(make) && touch \(root)/data/local/tmp/* && \(pack)", place.variables)
                try #require(code == 0)
                archives.append(try bytes(drover, "\(number).out"))
            }
            #expect(archives[0] == archives[1])
            #expect(archives[0] == archives[2])
            #expect(archives[0].count > 200)
        }
    }

    @Test func `the cache is listed and emptied`() async throws {
        try await DroverProcess.with { drover in
            try await drover.expect("cache-none", exitCode: 0, ["cache"])
            try await drover.expect("cache-none-json", exitCode: 0, ["cache", "ls", "--json"])
            try await drover.expect("cache-prune-unsaid", exitCode: 2, ["cache", "prune"])
            let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
            try drover.write("hello", to: ".cache/drover/store/objects/2c/\(hash)")
            try await drover.expect("cache-ls", exitCode: 0, ["cache", "ls"])
            try await drover.expect("cache-prune-young", exitCode: 0, ["cache", "prune", "--older-than", "1d"])
            try await drover.expect("cache-prune", exitCode: 0, ["cache", "prune", "--keep-bytes", "0B"])
            try drover.write("hello", to: ".cache/drover/store/objects/2c/\(hash)")
            let fetched = ".cache/drover/store/fetched/0123456789abcdef0123456789abcdef"
            try drover.write("https://assets.example/build.zip", to: "\(fetched)/.address")
            try drover.write("world!", to: "\(fetched)/build.zip")
            try drover.write("the checksum", to: "\(fetched)/build.zip.sha256")
            try drover.write("notes", to: ".cache/drover/memory/\(hash)")
            try await drover.expect("cache-prune-kinds", exitCode: 0, ["cache", "prune", "--older-than", "1d"])
            try await drover.expect("cache-prune-all", exitCode: 0, ["cache", "prune", "--keep-bytes", "0B"])
            try await drover.expect("cache-homeless", exitCode: 2, ["cache"], environment: ["HOME": ""])
        }
    }

    @Test(arguments: ["pack", "cache"])
    func `the commands have their help`(command: String) async throws {
        try await DroverProcess.with { drover in
            try await drover.expect("help-\(command)", exitCode: 0, [command, "--help"])
            if command == "cache" {
                try await drover.expect("help-cache-prune", exitCode: 0, ["cache", "prune", "--help"])
            }
        }
    }
}
