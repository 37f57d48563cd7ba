import Farm
import Journal
import PlaybookLanguage
import SourceText

/// Lists or changes the images of a server's account.
struct Image: ServerStepKind {
    static let manual = StepManual(
        "image", "List the images of a server's account, share, accept, reject or delete one.",
        details: """
            Images belong to the account and not to a server, so that servers that come to the step together ask once. Each change looks first, and what is done \
            already is left alone. An image goes to projects of the same region, at most ten; whoever is offered one accepts or rejects it.
            """,
        targets: [.servers],
        arguments: [
            .init(
                "list", "all, own or shared", standard: "nothing is listed", "Which images are listed; of class read."),
            .init("share", "text", standard: "nothing is shared", "The id of the image that another project gets."),
            .init(
                "unshare", "text", standard: "nothing is taken back",
                "The id of the image that another project has no longer."),
            .init("with", "text", standard: "none", "The id of that project; beside `share` or `unshare`."),
            .init("accept", "text", standard: "nothing is accepted", "The id of an image that was offered."),
            .init("reject", "text", standard: "nothing is rejected", "The id of an image that was offered."),
            .init(
                "delete", "text", standard: "nothing is deleted",
                "The id of an image of the account's own; of class data-loss."),
        ],
        outputs: [
            .init("images", "what `list` found: for each its id, name, shared, state, bytes and source", .list)
        ],
        class: .change, timeout: .seconds(300),
        examples: [
            "image: { list: all }",
            "image: { share: 05e1aef0a1b2c3d4e5f6071829300001, with: 05e1aef0a1b2c3d4e5f60718293a4b5c }",
            "image: { accept: 05e1aef0a1b2c3d4e5f6071829300001 }",
            "image: { delete: 05e1aef0a1b2c3d4e5f6071829300001 }",
        ])

    private enum Work: Sendable {
        case list(Argument<String>)
        case change(String, Argument<String>, with: Argument<String>?)
        /// The reader has told of it.
        case nothing
    }

    private let work: Work

    init(reading arguments: inout StepArguments) {
        let list = arguments.optionalChoice("list", of: ["all", "own", "shared"])
        let changes = ["share", "unshare", "accept", "reject", "delete"].compactMap { word in
            arguments.optionalText(word).map { (word: word, image: $0) }
        }
        let project = arguments.optionalText("with")
        let spans = [list?.span].compactMap(\.self) + changes.map(\.image.span)
        if let second = spans.dropFirst().first {
            arguments.contradiction("one thing at a time: `list` or one change", at: second)
        }
        let isBetweenProjects = changes.first.map { ["share", "unshare"].contains($0.word) } ?? false
        if isBetweenProjects, project == nil {
            arguments.mistake(
                "`\(changes[0].word)` needs `with`", at: changes[0].image.span, help: "the id of a project")
        } else if !isBetweenProjects, let project {
            arguments.contradiction("`with` belongs to `share` and `unshare`", at: project.span)
        }
        if let list {
            work = .list(list)
        } else if let change = changes.first {
            work = .change(change.word, change.image, with: project)
        } else {
            work = .nothing
            if project == nil, !arguments.diagnostics.hasErrors {
                arguments.mistake(
                    "`image` needs something to do", help: "`list`, `share`, `unshare`, `accept`, `reject` or `delete`")
            }
        }
    }

    func summary(in scope: Scope?) -> String {
        switch work {
        case .list(let which): "list \(which.shown(in: scope)) images"
        case .change(let word, let image, let project):
            "\(word) the image \(image.shown(in: scope))"
                + (project.map { " with \($0.shown(in: scope))" } ?? "")
        case .nothing: "list nothing"
        }
    }

    var stepClass: StepClass {
        switch work {
        case .list: .read
        case .change("delete", _, _): .dataLoss
        case .change, .nothing: .change
        }
    }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        switch work {
        case .list(let which):
            let wanted = try which.value(in: context.scope)
            let found = try await server.images().filter { wanted == "all" || $0.isShared == (wanted == "shared") }
            return .ok("\(found.count) images", ["images": .list(found.map(\.output))])
        case .change(let word, let image, let project):
            let image = try image.value(in: context.scope)
            let project = try project?.value(in: context.scope) ?? ""
            let change: ImageChange =
                switch word {
                case "share": .share(image, with: project)
                case "unshare": .unshare(image, with: project)
                case "accept": .accept(image)
                case "reject": .reject(image)
                default: .delete(image)
                }
            let outputs: [String: OutputValue] = ["images": .list([])]
            return try await server.change(image: change)
                ? .changed(nil, outputs) : .ok("there was nothing to do", outputs)
        case .nothing: return .ok("nothing was asked for")
        }
    }
}

extension AccountImage {
    fileprivate var output: OutputValue {
        .map([
            "id": .text(id), "name": .text(name), "shared": .boolean(isShared), "state": .text(state),
            "bytes": .integer(bytes), "source": .text(source),
        ])
    }
}
