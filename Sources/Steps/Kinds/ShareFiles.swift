import Farm
import Journal
import PlaybookLanguage
import SourceText

/// Has the phones of a server share files; or removes such files, or lists them.
struct ShareFiles: ServerStepKind {
    static let manual = StepManual(
        "share-files", "Have the phones of a server share files; or remove such files, or list them.",
        details: """
            Files are packed and uploaded once, and unpacked once per server, for all its phones. They go below /data, as `push` puts \
            them; a server without shared storage is refused. `delete` removes files and folders, and `list` tells what is in a folder.
            """,
        targets: [.servers],
        arguments: [
            .init("from", "file or directory", standard: "nothing is shared", "What is shared."),
            .init(
                "payload", "name of a payload", standard: "nothing is shared",
                "What is shared, by its name under `payloads:`; in place of `from`."),
            .init(
                "to", "path on the phone", standard: "nothing is shared",
                "Where it goes, beside `from` or `payload`; with a slash at its end: into that folder."),
            .init(
                "delete", "list of paths", standard: "nothing is removed",
                "Absolute paths that are removed; of class data-loss."),
            .init(
                "list", "path on the phone", standard: "nothing is listed", "A folder that is listed; of class read."),
        ],
        outputs: [
            .init("shared", "how many files were shared", .integer),
            .init("bytes", "how many bytes they have", .integer),
            .init("files", "what `list` found: for each its name, size and time", .list),
        ],
        class: .change, timeout: .seconds(7200),
        examples: [
            "share-files: { from: assets/, to: /data/media/0/Android/obb/com.studio.game/ }",
            "share-files: { payload: assets, to: /data/local/tmp/assets/ }",
            "share-files: { delete: [/data/local/tmp/assets] }",
            "share-files: { list: /data/local/tmp }",
        ])

    private enum Work: Sendable {
        case share(LocalSource, to: Argument<RemotePath>)
        case delete(Argument<[String]>)
        case list(Argument<RemotePath>)
        /// The reader has told of it.
        case nothing
    }

    private let work: Work

    init(reading arguments: inout StepArguments) {
        let (hasFrom, hasPayload) = (arguments.has("from"), arguments.has("payload"))
        let shares = hasFrom || hasPayload
        let source = shares ? arguments.source("from") : nil
        let to = shares ? arguments.remotePath("to") : arguments.optionalRemotePath("to")
        let delete = arguments.optionalList("delete")
        let list = arguments.optionalRemotePath("list")
        for path in delete?.literal ?? [] where (try? RemotePath(validating: path)) == nil {
            arguments.mistake("`\(path)` is no path on a phone", at: delete?.span, help: "it begins with a slash")
        }
        if shares, let other = delete?.span ?? list?.span {
            arguments.contradiction("one thing at a time: `from`, `delete` or `list`", at: other)
        } else if delete != nil, let list {
            arguments.contradiction("one thing at a time: `from`, `delete` or `list`", at: list.span)
        } else if !shares, let to {
            arguments.contradiction("`to` belongs to `from` or `payload`", at: to.span)
        }
        if let source, let to {
            work = .share(source, to: to)
        } else if let delete {
            work = .delete(delete)
        } else if let list {
            work = .list(list)
        } else {
            work = .nothing
            if to == nil, !arguments.diagnostics.hasErrors {
                arguments.mistake("`share-files` needs something to do", help: "`from` and `to`, `delete`, or `list`")
            }
        }
    }

    func summary(in scope: Scope?) -> String {
        switch work {
        case .share(let source, let to): "share \(source.shown(in: scope)) at \(to.shown(in: scope))"
        case .delete(let paths):
            paths.literal.map { $0.count == 1 ? "remove the shared \($0[0])" : "remove \($0.count) shared paths" }
                ?? "remove shared files"
        case .list(let folder): "list the shared \(folder.shown(in: scope))"
        case .nothing: "share nothing"
        }
    }

    var stepClass: StepClass {
        switch work {
        case .share, .nothing: .change
        case .delete: .dataLoss
        case .list: .read
        }
    }

    func payloads(in scope: Scope) throws(PlaybookError) -> [PayloadRequest] {
        guard case .share(let source, _) = work else { return [] }
        return [try source.request(.files, in: scope)]
    }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        switch work {
        case .share(let source, let to):
            let files = try source.files(in: context)
            try await server.share(try PushOverService.delivery(of: files, at: try to.value(in: context.scope)))
            return .changed(
                nil,
                ["shared": .integer(files.fileCount), "bytes": .integer(Int(clamping: files.size)), "files": .list([])])
        case .delete(let paths):
            try await server.unshare(try paths.value(in: context.scope).map { try RemotePath(validating: $0) })
            return .changed(nil, ["shared": .integer(0), "bytes": .integer(0), "files": .list([])])
        case .list(let folder):
            let found = try await server.sharedFiles(in: try folder.value(in: context.scope))
            let files = found.map { file -> OutputValue in
                .map(["name": .text(file.name), "size": .integer(file.size), "time": .text(file.time)])
            }
            return .ok(
                "\(found.count) entries", ["shared": .integer(0), "bytes": .integer(0), "files": .list(files)])
        case .nothing: return .ok("nothing was asked for")
        }
    }
}
