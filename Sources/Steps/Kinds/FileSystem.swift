import Farm
import Journal
import PlaybookLanguage
import SourceText

/// Mounts a file system of the account on a server, or takes it off.
struct FileSystem: ServerStepKind {
    static let manual = StepManual(
        "file-system", "Attach a file system of the account to a server, or detach it.",
        details: """
            The file system is one of the kind SFS Turbo, by its id. Up to 20 servers go with one request, which the cloud refuses as a whole \
            when one of them cannot take it; it advises at most 50 servers for one file system. What phones had open there is gone when it \
            is detached.
            """,
        targets: [.servers],
        arguments: [
            .init("attach", "text", standard: "nothing is attached", "The id of the file system that is attached."),
            .init("path", "text", standard: "its root", "The folder of it that phones see; beside `attach`."),
            .init(
                "detach", "text", standard: "nothing is detached",
                "The id of the file system that is detached; of class disrupt."),
        ],
        class: .change, timeout: .seconds(900),
        examples: [
            "file-system: { attach: 5a1c0b7e-0000-4000-8000-000000000001, path: /builds }",
            "file-system: { detach: 5a1c0b7e-0000-4000-8000-000000000001 }",
        ])

    private enum Work: Sendable {
        case attach(Argument<String>, path: Argument<String>?)
        case detach(Argument<String>)
        /// The reader has told of it.
        case nothing
    }

    private let work: Work

    init(reading arguments: inout StepArguments) {
        let attach = arguments.optionalText("attach")
        let path = arguments.optionalText("path")
        let detach = arguments.optionalText("detach")
        if attach != nil, let detach {
            arguments.contradiction("one thing at a time: `attach` or `detach`", at: detach.span)
        } else if attach == nil, let path {
            arguments.contradiction("`path` belongs to `attach`", at: path.span)
        }
        if let literal = path?.literal, !literal.hasPrefix("/") {
            arguments.mistake(
                "`\(literal)` is no folder of a file system", at: path?.span, help: "it begins with a slash")
        }
        if let attach {
            work = .attach(attach, path: path)
        } else if let detach {
            work = .detach(detach)
        } else {
            work = .nothing
            if path == nil, !arguments.diagnostics.hasErrors {
                arguments.mistake("`file-system` needs something to do", help: "`attach` or `detach`")
            }
        }
    }

    func summary(in scope: Scope?) -> String {
        switch work {
        case .attach(let id, _): "attach the file system \(id.shown(in: scope))"
        case .detach(let id): "detach the file system \(id.shown(in: scope))"
        case .nothing: "attach nothing"
        }
    }

    var stepClass: StepClass { if case .detach = work { .disrupt } else { .change } }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        switch work {
        case .attach(let id, let path):
            try await server.mount(
                fileSystem: try id.value(in: context.scope), path: try path?.optionalValue(in: context.scope))
        case .detach(let id): try await server.unmount(fileSystem: try id.value(in: context.scope))
        case .nothing: return .ok("nothing was asked for")
        }
        return .changed()
    }
}
