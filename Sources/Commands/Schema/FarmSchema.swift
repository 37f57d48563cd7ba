import PlaybookLanguage

/// The JSON Schema of farm files.
enum FarmSchema {
    static var value: SchemaValue {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "drover farm file",
            "type": "object",
            "properties": .map(FarmFile.keys.map { .init(name: $0, value: keys[$0] ?? [:]) }),
            "additionalProperties": false,
            "$defs": .map(CommonDefinitions.all),
        ]
    }

    private static let way: SchemaValue = (["type": "string", "pattern": "^(tcp:|ssh |server |cloud$)"] as SchemaValue)
        .described("tcp:HOST:PORT, ssh HOST:PORT as the server sees it, server HOST:PORT, or cloud.")

    /// The keys that say how a host is reached over SSH.
    private static let ssh: [SchemaValue.Member] = [
        .init(name: "ssh", value: (["type": "string"] as SchemaValue).described("USER@HOST, or USER@HOST:PORT.")),
        .init(name: "user", value: ["type": "string"]),
        .init(name: "port", value: ["type": "integer", "minimum": 1, "maximum": 65_535]),
        .init(name: "keypair", value: (["type": "string"] as SchemaValue).described("A name of `keypairs`.")),
        .init(
            name: "via",
            value: (["type": "string"] as SchemaValue).described("The server or encoder to go through; or ssh.")),
        .init(name: "host-keys", value: ["enum": ["strict", "pin", "off"]]),
    ]

    private static let limits = ["run", "per-server", "per-usb-host", "bulk-per-server", "reboots-per-server"]

    private static let rates = ["account.sync-commands", "account.writes", "account.reads"]

    /// The keys of a server that belongs to a cloud, beyond those of its way over SSH.
    private static let ofCloudServers: [SchemaValue.Member] = [
        .init(name: "account", value: (["type": "string"] as SchemaValue).described("A name of `accounts`.")),
        .init(
            name: "id",
            value: (["type": "string", "pattern": "^[0-9a-f]{32}$"] as SchemaValue)
                .described("The cloud's own id; without it the server has this name there, too.")),
        .init(
            name: "pool",
            value: (["type": "string"] as SchemaValue)
                .described("With koophone: the pool it stands for.")),
        .init(
            name: "ssh-port",
            value: (["type": "integer", "minimum": 1, "maximum": 65_535] as SchemaValue)
                .described("With `via: ssh`: the port of its SSH server, 22 unless written.")),
        .init(
            name: "encoder-user",
            value: (["type": "string"] as SchemaValue)
                .described("With `via: ssh`: whom to log in as on its encode services, root unless written.")),
    ]

    private static let account: SchemaValue = .object(
        [
            .init(name: "kind", value: ["enum": ["huawei-cph", "koophone"]]),
            .init(name: "region", value: ["type": "string"]),
            .init(name: "project", value: ["type": "string"]),
            .init(
                name: "auth",
                value: .any(
                    .object(texts("ak", "sk", "token"), required: ["ak", "sk"]),
                    .object(texts("account", "user", "password"), required: ["account", "user", "password"]))),
            .init(
                name: "bucket",
                value: (["type": "string"] as SchemaValue).described("Through which files reach the phones.")),
            .init(
                name: "staged-days",
                value: (["type": "integer", "minimum": 1, "maximum": 365] as SchemaValue)
                    .described("After how many days what was brought to the bucket may go, 7 unless written.")),
            .init(
                name: "ca-file",
                value: (["type": "string"] as SchemaValue)
                    .described(
                        "The certificates of CAs that its services are trusted by, in PEM; the system's unless written."
                    )),
            .init(name: "endpoints", value: .object(texts("cph", "koophone", "iam", "obs"))),
            .init(
                name: "shared-storage",
                value: (["type": "boolean"] as SchemaValue).described(
                    "Whether files for all phones of a server go through the storage that they share, true unless written."
                )
            ),
        ], required: ["kind", "region", "auth"])

    private static func texts(_ names: String...) -> [SchemaValue.Member] {
        names.map { .init(name: $0, value: ["type": "string"]) }
    }

    static let keys: [String: SchemaValue] = [
        "phones": SchemaValue.names(
            of: .any(
                way, .list(of: way),
                .object([
                    .init(name: "adb", value: .any(way, .list(of: way))),
                    .init(name: "serial", value: .reference("scalar")),
                    .init(name: "usb-path", value: .reference("scalar")),
                    .init(name: "server", value: ["type": "string"]),
                    .init(name: "via", value: ["type": "string"]),
                    .init(name: "labels", value: .reference("texts")),
                    .init(name: "vars", value: .reference("variables")),
                ]))
        ).described("Phones by name; brackets are ranges: px8-[01-24]."),
        "servers": SchemaValue.names(
            of: .object([.init(name: "adb-server", value: ["type": "string"])] + ssh + ofCloudServers)
        ).described(
            "Machines that carry phones: an adb server, an SSH server that phones are behind, or a server of a cloud."),
        "accounts": SchemaValue.names(of: account)
            .described("Accounts at clouds that rent phones, and as whom to ask them."),
        "encoders": SchemaValue.names(
            of: .any(
                ["type": "string"],
                .object(
                    ssh + [
                        .init(name: "server", value: ["type": "string"]),
                        .init(name: "labels", value: .reference("texts")),
                        .init(name: "vars", value: .reference("variables")),
                    ], required: ["ssh"]))
        ).described("Encode services, reached over SSH."),
        "keypairs": SchemaValue.names(
            of: .any(
                ["type": "string"],
                .object(
                    [
                        .init(name: "file", value: ["type": "string"]),
                        .init(name: "passphrase", value: ["type": "string"]),
                    ],
                    required: ["file"]))
        )
        .described("Files of private keys, by the names that the cloud knows them by."),
        "groups": SchemaValue.names(
            of: .any(
                ["type": "string"],
                .object(
                    [
                        .init(name: "phones", value: ["type": "string"]),
                        .init(name: "vars", value: .reference("variables")),
                    ], required: ["phones"]))
        ).described("Selectors with names."),
        "limits": SchemaValue.object(
            limits.map { .init(name: $0, value: ["type": "integer", "minimum": 1]) }
                + [.init(name: "bytes-per-server", value: ["type": "string"])]
                + rates.map { .init(name: $0, value: ["type": "string", "pattern": "^[0-9]+/(min|s)$"]) }
        )
        .described("How much is done at the same time."),
        "leases": SchemaValue.object([
            .init(name: "on-phone", value: ["type": "boolean"]), .init(name: "life", value: .reference("duration")),
        ]).described("Leases on the phones themselves, for farms with several controllers."),
        "vars": SchemaValue.reference("variables").described("Variables of every phone, the weakest."),
        "secrets": CommonDefinitions.secrets,
    ]
}
