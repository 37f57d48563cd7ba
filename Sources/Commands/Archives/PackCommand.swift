import Archive
import ArgumentParser
import Crypto
import Farm
import Glibc
import Lanes
import Packing
import Reports

/// `drover pack PATH... --output FILE`: folders and files as one archive.
struct PackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "Pack folders and files into an archive, the same bytes for the same content on every machine.",
        discussion: """
            The contents of a folder come into the archive, without the folder's own name; a file comes under its name. \
            Entries are sorted, belong to 0:0, tell 1980-01-01, and have the permissions 0755 or 0644, so that the same \
            content gives the same bytes wherever it is packed. Links stay links and are never followed. The file \
            appears when it is whole.

            Patterns are those of .gitignore: `*.tmp`, `/build/`, `docs/**/*.md`, `!keep.tmp`. What is excluded stays \
            out, whatever is included.

            For a tree that a cloud phone unpacks at its root: --format tar --owner phone, with paths such as \
            data/local/tmp/a.txt, or --prefix data/local/tmp.

            https://HOST/FILE is a file of a web server, http:// needs --sha256. obs://BUCKET/KEY is an object, and with / \
            at its end a folder of objects, as an account of the farm file may read it. Both are fetched into the cache \
            first, and packed as the files that they are.
            """
    )

    @Argument(help: ArgumentHelp("Folders, whose contents are packed, files, and addresses.", valueName: "path"))
    var paths: [String]

    @Option(name: [.short, .long], help: ArgumentHelp("The archive; - for standard output.", valueName: "file"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "\(ArchiveFormat.allCases.map(\.name).joined(separator: ", ")); by default what the file's ending says.",
            valueName: "format"))
    var format: String?

    @Option(help: ArgumentHelp("Pack only what this pattern means; can be repeated.", valueName: "pattern"))
    var include: [String] = []

    @Option(help: ArgumentHelp("Leave out what this pattern means; can be repeated.", valueName: "pattern"))
    var exclude: [String] = []

    @Option(help: ArgumentHelp("Put this before every path, such as data/local/tmp.", valueName: "path"))
    var prefix = ""

    @Option(help: ArgumentHelp("Permissions of files as octal digits, such as 0640, or keep.", valueName: "mode"))
    var mode: String?

    @Option(
        help: ArgumentHelp("Numbers such as 2000:2000, keep, or phone: by the path on a phone.", valueName: "owner"))
    var owner: String?

    @Option(help: ArgumentHelp("A moment in UTC such as 2026-01-31, or keep.", valueName: "time"))
    var mtime: String?

    @Flag(help: "The same as --mtime keep.")
    var keepTimes = false

    @Option(help: ArgumentHelp("The compression level; 3 for zstd by default.", valueName: "number"))
    var level: Int?

    @Flag(help: "Keep the holes of sparse files; copies of the same content may then give other bytes.")
    var keepHoles = false

    @Flag(help: "Print only the hash of all that was packed: paths, permissions, contents.")
    var printHash = false

    @Flag(help: "Do not hash what is packed.")
    var noHash = false

    @Option(
        help: ArgumentHelp("For obs://: the farm file; DROVER_FARM or ./farm.yml when not given.", valueName: "file"))
    var farm: String?

    @Option(
        help: ArgumentHelp("For obs://: the account that is asked; by default the bucket's own.", valueName: "name"))
    var account: String?

    @Option(help: ArgumentHelp("What the file of the only address must hash to.", valueName: "hex"))
    var sha256: String?

    @Flag(help: "Hash also the files that look as they did when an earlier command hashed them.")
    var hashAgain = false

    func validate() throws {
        if keepTimes, mtime != nil { throw ValidationError("--keep-times and --mtime exclude each other") }
        if printHash, noHash { throw ValidationError("--print-hash and --no-hash exclude each other") }
        if hashAgain, noHash { throw ValidationError("--hash-again and --no-hash exclude each other") }
        if let fault = PackOptions.fault(inPrefix: prefix) { throw ValidationError("--prefix \(fault)") }
    }

    func run() async throws {
        let options = try options()
        let (places, cache) = try await places()
        // As long as it lives nobody removes what was fetched.
        defer { withExtendedLifetime(cache) {} }
        let tree = try scan(places)
        let control = PackControl()
        let interrupts = Interrupts { _ in control.cancel() }
        defer { withExtendedLifetime(interrupts) {} }
        let memory = options.hashes ? PackMemory.usualFolder(ProcessEnvironment.all) : nil
        let notes = memory.map { PackMemory(of: tree, in: $0, isEmpty: hashAgain) }
        do throws(PackingError) {
            let packer = Packer(tree, options) { notes?.hash(of: $0) }
            let result =
                try output == "-"
                ? packer.pack(control: control, sink: Self.write) : packer.pack(to: output, control: control)
            // A note that cannot be written is missed by the next time alone, which reads the files again.
            if let notes, let hashes = result.hashes, notes.isWorthUpdating(with: tree) {
                try? notes.remember(tree, hashes, options, stamps: result.stamps)
            }
            tell(result)
        } catch {
            if error.code == .cancelled { throw RunEnded(code: 130) }
            throw CommandFailure("\(error)", status: error.code == .unwritable ? .cannotGoOn : .wrongInput)
        }
    }

    /// The paths, with what was fetched in the place of addresses.
    private func places() async throws -> ([String], AddressCache?) {
        let named = try paths.map(FetchAddress.named)
        let addresses = named.compactMap(\.self)
        guard farm == nil && account == nil || addresses.contains(where: \.isObject) else {
            throw CommandFailure("--farm and --account are for obs:// addresses")
        }
        guard sha256 == nil || addresses.count == 1 && !addresses[0].isFolder else {
            throw CommandFailure("--sha256 is for one file of an address; give one such address, beside any paths")
        }
        let digest = try sha256.map(SHA256Digest.init(word:))
        for address in addresses where address.needsChecksum && digest == nil {
            throw CommandFailure(
                "\(address): plain http cannot tell whether it is the right file; use https, or say --sha256")
        }
        guard !addresses.isEmpty else { return (paths, nil) }
        let cache = try AddressCache(for: addresses, farm: farm, account: account)
        var fetched = try await cache.places(of: addresses, sha256: digest).makeIterator()
        return (zip(paths, named).map { path, address in address == nil ? path : fetched.next() ?? path }, cache)
    }

    private func scan(_ paths: [String]) throws(CommandFailure) -> Tree {
        var scan = TreeScan(include: IgnoreRules(include), exclude: IgnoreRules(exclude))
        // The archive of the last time may lie in the folder.
        scan.leftOut = FileStamp(of: output)
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else {
                throw CommandFailure("\(Escaping.line(path)): \(SystemError("stat").reason)")
            }
            if status.st_mode & S_IFMT == S_IFDIR { scan.add(folder: path) } else { scan.add(file: path) }
        }
        let tree = scan.finish()
        guard scan.problems.isEmpty else { throw CommandFailure(Self.words(scan.problems)) }
        guard !tree.entries.isEmpty else {
            throw CommandFailure(
                "there is nothing to pack"
                    + (include.isEmpty && exclude.isEmpty ? "" : "; look at --include and --exclude"))
        }
        return tree
    }

    private static let mostShown = 20

    /// Everything that is wrong, a line each.
    private static func words(_ problems: [TreeScan.Problem]) -> String {
        let noun = problems.count == 1 ? "1 entry" : "\(problems.count) entries"
        var lines = ["\(noun) cannot be packed; mend them, or leave them out with --exclude:"]
        lines += problems.prefix(mostShown).map { "  \(Escaping.line($0.path)): \(Escaping.line($0.reason))" }
        if problems.count > mostShown { lines.append("  and \(problems.count - mostShown) more") }
        return lines.joined(separator: "\n")
    }

    private func options() throws(CommandFailure) -> PackOptions {
        let names = ArchiveFormat.allCases.map(\.name).joined(separator: ", ")
        var options: PackOptions
        if let format {
            guard let known = ArchiveFormat(name: format), !format.contains("/") else {
                throw CommandFailure("--format takes \(names), not `\(Escaping.line(format))`")
            }
            options = PackOptions(known)
        } else {
            guard let known = ArchiveFormat(name: output) else {
                throw CommandFailure(
                    "the ending of \(Escaping.line(output)) tells no format; say --format with one of \(names)")
            }
            options = PackOptions(known)
        }
        if let level {
            guard let levels = PackOptions.levels(of: options.format) else {
                throw CommandFailure("\(options.format.name) is not compressed and takes no --level")
            }
            guard levels.contains(level) else {
                throw CommandFailure(
                    "--level takes \(levels.lowerBound) to \(levels.upperBound) for \(options.format.name), not \(level)"
                )
            }
            options.level = level
        }
        options.prefix = prefix
        options.keepsHoles = keepHoles
        options.hashes = !noHash
        if let mode {
            guard let modes = PackOptions.Modes(words: mode) else {
                throw CommandFailure("--mode takes octal digits such as 0640, or keep, not `\(Escaping.line(mode))`")
            }
            options.modes = modes
        }
        if let owner {
            guard let owners = PackOptions.Owners(words: owner) else {
                throw CommandFailure(
                    "--owner takes numbers such as 2000:2000, keep or phone, not `\(Escaping.line(owner))`")
            }
            options.owners = owners
        }
        if keepTimes { options.times = .keep }
        if let mtime {
            guard let times = PackOptions.Times(words: mtime) else {
                throw CommandFailure(
                    "--mtime takes a moment between 1980 and 2099 such as 2026-01-31 or 2026-01-31T12:00:00Z, or keep, "
                        + "not `\(Escaping.line(mtime))`")
            }
            options.times = times
        }
        return options
    }

    /// To standard error when the archive goes to standard output.
    private func tell(_ result: PackResult) {
        let terminal = output == "-" ? Terminal.error : Terminal.output
        if printHash {
            if let hash = result.hashes?.root { terminal.line(hash.hex) }
            return
        }
        let counts = ArchiveCounts(
            files: result.files, folders: result.folders, links: result.links, others: 0, bytes: result.contentBytes)
        // An address is shown without what may be a key in it.
        let only = (try? FetchAddress.named(paths[0])).flatMap(\.self).map { "\($0)" } ?? paths[0]
        let sources = paths.count == 1 ? Escaping.line(only) : "\(paths.count) places"
        terminal.line("\(sources) -> \(Escaping.line(output)): \(counts)")
        terminal.line("archive \(result.archiveBytes) bytes")
        if let hash = result.hashes?.root { terminal.line("content \(hash.hex)") }
    }

    private static func write(_ block: UnsafeRawBufferPointer) throws(PackingError) {
        var rest = block
        while !rest.isEmpty {
            let count = Glibc.write(1, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count >= 0 else {
                throw PackingError(
                    .unwritable, path: "standard output", reason: "cannot be written: \(SystemError("write").reason)")
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }
}
