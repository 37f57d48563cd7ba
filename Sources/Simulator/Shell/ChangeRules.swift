/// Which programs change more than files, so that a read-only phone does not run them.
enum ChangeRules {
    private static let programs: [String: Set<String>?] = [
        "setprop": nil, "input": nil, "monkey": nil, "reboot": nil, "svc": nil,
        "settings": ["put", "delete", "reset"],
        "am": [
            "start", "start-activity", "startservice", "start-service", "force-stop", "kill", "kill-all", "instrument",
            "broadcast", "stop-user", "switch-user", "set-inactive",
        ],
        "pm": packageChanges, "package": packageChanges,
    ]

    private static let packageChanges: Set<String>? = [
        "install", "install-create", "install-write", "install-commit", "install-abandon", "install-existing",
        "uninstall", "clear", "grant", "revoke", "enable", "disable", "disable-user", "hide", "unhide", "suspend",
        "unsuspend", "set-install-location", "trim-caches", "reset-permissions",
    ]

    /// What a call would change, in its own words; nil when it only looks.
    static func change(_ name: String, _ arguments: [String]) -> String? {
        if name == "cmd", let service = arguments.first {
            let program = service == "activity" ? "am" : service
            return change(program, Array(arguments.dropFirst()))
        }
        guard let actions = programs[name] else { return nil }
        guard let actions else { return ([name] + arguments).joined(separator: " ") }
        guard let action = arguments.first, actions.contains(action) else { return nil }
        return ([name] + arguments).joined(separator: " ")
    }
}
