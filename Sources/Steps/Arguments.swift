import PlaybookLanguage

extension Argument {
    /// The argument for headings: its value when that is known, and as it was written otherwise.
    func shown(in scope: Scope?) -> String {
        if let literal { return "\(literal)" }
        // A value that cannot be had here is told of when it is needed.
        guard let scope, let value = try? optionalValue(in: scope.forPeople) else { return sourceText }
        return "\(value)"
    }
}

extension Argument<String> {
    /// The last name of a local path; the whole path stands in the plan.
    func shownFile(in scope: Scope?) -> String {
        let text = shown(in: scope)
        guard !text.contains("${{"), let name = text.split(separator: "/").last else { return text }
        return String(name)
    }
}

extension ShellTemplate {
    /// The line for headings: with its values when they are known, and as it was written otherwise.
    func shown(in scope: Scope?) -> String {
        // A value that cannot be had here is told of when it is needed.
        var line = source
        if literal == nil, let scope, let known = try? self.line(in: scope.forPeople) { line = known }
        // A script of several lines ends with a line break that says nothing.
        while line.last?.isNewline == true { line.removeLast() }
        return line
    }
}

extension ArgumentKind where Result == String {
    /// An Android user: a number, `all` or `current`.
    static var androidUser: Self {
        .parsed("an Android user") { text throws(TextMistake) in
            guard let user = OneStep.androidUser(text) else {
                throw TextMistake("`\(text)` is no Android user", help: "write a number, `all` or `current`")
            }
            return user
        }
    }
}

extension ArgumentKind where Result == GrantWish {
    /// `all`, `none`, or a list of permissions.
    static var grants: Self {
        Self("all or a list of permissions", types: [.text, .list], isText: true) { value throws(TextMistake) in
            var names: [String] = []
            let members: [Value] = if case .list(let list) = value { list } else { [value] }
            for member in members {
                guard case .text(let name) = member else {
                    throw TextMistake("all or a list of permissions is needed, this is \(value.type.phrase)")
                }
                names.append(name)
            }
            if names == ["all"] { return .all }
            if names == ["none"] || names.isEmpty { return .none }
            for name in names {
                guard OneStep.isPermission(name) else {
                    throw TextMistake(
                        "`\(name)` is no permission", help: "for example android.permission.CAMERA, or `all` alone")
                }
            }
            return .some(names)
        }
    }
}
