import Farm
import PlaybookLanguage
import SourceText

/// What a `wait` waits for.
enum WaitCondition: Sendable {
    case word(Argument<WaitWord>)
    case property(Argument<String>, value: Argument<String>?)
    case file(Argument<RemotePath>)
    /// Somebody listens on a port of the phone.
    case port(Argument<Int>)
    /// A connection can be made from the host.
    case connection(Argument<Address>)
    /// A line in the phone's log.
    case log(Argument<String>)
    /// A line in a unit's journal, or in a file of the host.
    case hostLog(Argument<String>, HostLogPlace)
    case answer(HTTPWish)

    /// Reads what is to be waited for; nothing is `online`, and a mistake noted.
    init(reading arguments: inout StepArguments) {
        let isHost = arguments.targetKind == .encoders
        var conditions: [WaitCondition] = []
        if let word = arguments.optionalValue("for", .waitWord, bare: true) {
            if isHost, word.literal == .boot {
                arguments.mistake("`boot` is for phones", at: word.span, help: "write `wait: online` for an encoder")
            }
            conditions.append(.word(word))
        }
        let value = arguments.optionalText("value")
        if let name = arguments.optionalText("property") {
            if isHost { arguments.mistake("encoders have no properties", at: name.span) }
            conditions.append(.property(name, value: value))
        } else if let value {
            arguments.mistake("`value` belongs to `property`", at: value.span, help: "add `property: ...`")
        }
        if arguments.has("file") {
            conditions.append(.file(isHost ? arguments.value("file", .hostPath) : arguments.remotePath("file")))
        }
        if isHost {
            if let place = arguments.optionalValue("port", .portPlace) { conditions.append(.connection(place)) }
        } else if let port = arguments.optionalInteger("port", in: 1...65_535) {
            conditions.append(.port(port))
        }
        conditions += Self.log(&arguments, isHost)
        if let wish = HTTPWish(reading: &arguments, isHost: isHost) { conditions.append(.answer(wish)) }
        if conditions.count != 1, !arguments.diagnostics.hasErrors {
            arguments.mistake(
                conditions.isEmpty ? "`wait` needs something to wait for" : "`wait` waits for one thing",
                help: conditions.isEmpty
                    ? "for example `wait: \(isHost ? "online" : "boot")`, `wait: 10s` or `wait: { log: ready }`"
                    : "write a step for each")
        }
        self = conditions.first ?? .word(Argument(.online))
    }

    private static func log(_ arguments: inout StepArguments, _ isHost: Bool) -> [WaitCondition] {
        let text = arguments.optionalText("log")
        let place = HostLogPlace(reading: &arguments)
        switch (text, place) {
        case (nil, nil): return []
        case (nil, let place?):
            arguments.mistake("`unit` and `in` say where a line of a log is", at: place.span, help: "add `log: TEXT`")
            return []
        case (let text?, nil):
            guard isHost else { return [.log(text)] }
            arguments.mistake(
                "the log of an encoder is that of a unit, or a file", at: text.span,
                help: "add `unit: NAME`, or `in: /var/log/NAME.log`")
            return []
        case (let text?, let place?):
            guard !isHost else { return [.hostLog(text, place)] }
            arguments.mistake("`unit` and `in` are for encoders: a phone has one log", at: place.span)
            return [.log(text)]
        }
    }

    /// What is waited for in a few words.
    func shown(in scope: Scope?) -> String {
        switch self {
        case .word(let word): word.shown(in: scope)
        case .property(let name, let value):
            name.shown(in: scope) + (value.map { "=\($0.shown(in: scope))" } ?? "")
        case .file(let path): path.shown(in: scope)
        case .port(let port): "port \(port.shown(in: scope))"
        case .connection(let place): "port \(place.shown(in: scope))"
        case .log(let text), .hostLog(let text, _): "log \(text.shown(in: scope))"
        case .answer(let wish): wish.shown(in: scope)
        }
    }
}

extension ArgumentKind where Result == Address {
    /// A port of the host itself, or `HOST:PORT` as seen from it.
    static var portPlace: Self {
        .farmText("a port, or HOST:PORT") { text throws(FarmError) in
            if let port = UInt16(text), port > 0 { return Address(host: "127.0.0.1", port: port) }
            guard text.contains(":") else {
                throw FarmError(.badAddress, text, "a port is a number from 1 to 65535, with HOST: before it or alone")
            }
            return try Address(parsing: text)
        }
    }
}
