import APK
import Archive
import ArgumentParser
import Farm
import Glibc
import SourceText

/// `drover inspect FILE`: what is in an app or an archive, before anything is done with it.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what is in an app or an archive.",
        discussion: """
            An app is an .apk, an .apks, an .xapk or a folder of splits: shown are package, version, signer, \
            processors and parts. Of an archive the table of contents is shown; with --to, where each entry would be \
            delivered on a phone, and what would be passed over.
            """
    )

    @Argument(help: ArgumentHelp("An app or an archive; - for an archive on standard input.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("Show where on a phone the contents would go below this folder.", valueName: "path"))
    var to: String?

    @OptionGroup var options: ArchiveOptions

    @Option(help: ArgumentHelp("text or json.", valueName: "format"))
    var format = UnpackCommand.Format.text

    func run() throws {
        if let app = try app() {
            let inspection = AppInspection(file: file, app: app)
            Terminal.output.write(format == .json ? inspection.json : inspection.text)
            return
        }
        let target: RemotePath?
        do {
            target = try to.map { try RemotePath(validating: $0) }
        } catch let error as FarmError {
            throw CommandFailure("--to \(terminalSafe(to ?? "")): \(error.reason)")
        }
        let plan = DeliveryPlan(target: target, strip: options.strip, limits: options.limits)
        try options.read(file) { (reader) throws(ArchiveError) in
            var listing: any ArchiveListing = format == .json ? JSONListing(file: file) : TextListing(file: file)
            while let entry = try reader.next() { listing.add(entry, plan.place(of: entry)) }
            listing.finish(formatName: reader.formatName)
        }
    }

    /// The app, if it is one; what is called an app and is none is an error.
    private func app() throws(CommandFailure) -> AppBundle? {
        guard file != "-" else { return nil }
        let isNamedApp = [".apk", ".apks", ".xapk", ".aab"].contains { file.lowercased().hasSuffix($0) }
        var status = stat()
        let isFolder = stat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        guard isNamedApp || isFolder || ArchiveMagic.isZip(file) else { return nil }
        do throws(APKError) {
            return try AppBundle(path: file)
        } catch {
            guard isNamedApp || isFolder else { return nil }
            throw CommandFailure(terminalSafe("\(error)") + (error.advice.map { "; \($0)" } ?? ""))
        }
    }
}

/// The first bytes of a file.
enum ArchiveMagic {
    /// Whether a file begins as zip files do; one that cannot be read is none.
    static func isZip(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var start: (UInt8, UInt8) = (0, 0)
        return withUnsafeMutableBytes(of: &start) { pread(descriptor, $0.baseAddress, 2, 0) } == 2
            && start == (0x50, 0x4B)
    }
}

/// Says where an entry of an archive would go.
struct DeliveryPlan {
    let target: RemotePath?
    let strip: Int
    let limits: ArchiveLimits

    /// Where an entry goes, or why it goes nowhere.
    enum Place {
        case at(String)
        case nowhere(because: String)
    }

    func place(of entry: ArchiveEntry) -> Place {
        let location: EntryLocation
        do throws(Refusal) {
            location = try EntryLocation(entry.path, stripping: strip, limits: limits)
        } catch {
            return .nowhere(because: "\(error)")
        }
        switch entry.kind {
        case .other(let what): return .nowhere(because: "\(Refusal.special(what))")
        case .link(let text) where !Extraction.staysInside(text, at: location):
            return .nowhere(because: "\(Refusal.linkLeavesFolder)")
        default: break
        }
        guard let target else { return .at(entry.path) }
        guard !location.names.isEmpty else { return .at(target.path) }
        do {
            return .at(try target.appending("\(location)").path)
        } catch {
            return .nowhere(because: error.reason)
        }
    }
}
