import SourceText

/// Why an included file could not be had.
public struct IncludeError: Error, Hashable, Sendable {
    /// One sentence without a full stop, such as `there is no such file`.
    public let reason: String
    /// What to do about it, when that is known.
    public let help: String?

    /// Gives a reason.
    public init(_ reason: String, help: String? = nil) {
        self.reason = reason
        self.help = help
    }
}

/// The texts that a playbook includes: each is fetched and parsed once, however often it is included.
struct IncludedFiles {
    /// More files than this are refused.
    static let maximumCount = 100
    /// Files that include files that include files: deeper chains are refused.
    static let maximumDepth = 8

    private let sources: PlaybookReader.Sources
    private var roots: [String: Node?] = [:]
    /// The texts, in the order first named.
    private(set) var files: [SourceFile] = []
    /// The outermost nodes of those that could be read.
    private(set) var documents: [Node] = []

    init(_ sources: @escaping PlaybookReader.Sources) { self.sources = sources }

    /// The outermost node of a file; nil, and a mistake noted, when it cannot be had.
    ///
    /// - Parameter chain: The files on the way to this one, the playbook first.
    mutating func root(
        of path: String, at span: SourceSpan, chain: [SourceFile], _ diagnostics: inout Diagnostics
    ) -> Node? {
        let including = span.file
        let name = joinedPath(Self.withoutDots(path), below: folder(of: including.name))
        if let index = chain.firstIndex(where: { $0.name == name }) {
            let circle = chain[index...].map(\.name) + [name]
            diagnostics.error(
                "include-circle", "this file includes itself: \(circle.joined(separator: " -> "))", at: span)
            return nil
        }
        guard chain.count <= Self.maximumDepth else {
            diagnostics.error(
                "include-depth", "files include each other more than \(Self.maximumDepth) levels deep", at: span)
            return nil
        }
        if let known = roots[name] { return known }
        guard files.count < Self.maximumCount else {
            diagnostics.error(
                "too-many-files", "a playbook includes at most \(Self.maximumCount) files", at: span)
            roots[name] = .some(nil)
            return nil
        }
        let root = fetch(name, at: span, &diagnostics)
        roots[name] = .some(root)
        return root
    }

    private mutating func fetch(_ name: String, at span: SourceSpan, _ diagnostics: inout Diagnostics) -> Node? {
        let file: SourceFile
        do {
            file = try sources(name, span.file)
        } catch let error as IncludeError {
            diagnostics.error("no-include", "`\(name)`: \(error.reason)", at: span, help: error.help)
            return nil
        } catch {
            diagnostics.error("no-include", "`\(name)` cannot be read: \(error)", at: span)
            return nil
        }
        files.append(file)
        guard let root = Document.read(file, &diagnostics)?.root else { return nil }
        guard root.mapping != nil else {
            diagnostics.error(
                "wrong-type", "an included file is a mapping with `steps`, this is \(root.phrase)", at: root.span,
                help: root.sequence == nil ? nil : "put the list under `steps:`")
            return nil
        }
        PlaybookKeys.check(root, PlaybookKeys.included, "an included file", &diagnostics)
        documents.append(root)
        return root
    }

    /// `./parts/a.yml` is `parts/a.yml`.
    private static func withoutDots(_ path: String) -> String {
        var rest = Substring(path)
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        return String(rest)
    }
}
