import Farm
import PlaybookLanguage

extension LocalSource {
    /// What is delivered, for headings: the last name of a path, or `payload NAME`.
    func shown(in scope: Scope?) -> String {
        switch self {
        case .path(let path): path.shownFile(in: scope)
        case .payload(let name): "payload \(name.shown(in: scope))"
        }
    }

    /// The request that lets it be opened before a phone is touched.
    func request(_ kind: PayloadRequest.Kind, in scope: Scope) throws(PlaybookError) -> PayloadRequest {
        if let definition = try definition(in: scope) { return PayloadRequest(kind, .payload(definition), span: span) }
        return PayloadRequest(kind, .path(try path(in: scope)), span: span)
    }

    /// The files, opened once for all phones.
    func files(in context: StepContext) throws -> FilesPayload {
        if let definition = try definition(in: context.scope) { return try context.payloads.files(of: definition) }
        return try context.payloads.files(at: try path(in: context.scope))
    }

    /// The app, opened once for all phones.
    func app(in context: StepContext) throws -> AppPayload {
        if let definition = try definition(in: context.scope) { return try context.payloads.app(of: definition) }
        return try context.payloads.app(at: try path(in: context.scope))
    }

    /// What is delivered, for errors: the whole path, or `payload NAME`.
    func words(in scope: Scope) throws(PlaybookError) -> String {
        if case .payload = self { return shown(in: scope) }
        return try path(in: scope)
    }

    private func path(in scope: Scope) throws(PlaybookError) -> String {
        try path?.value(in: scope) ?? ""
    }
}
