extension SimulatedCloud {
    /// Makes servers, phones and encode services from the options.
    func build() async {
        // A day old, and each server a minute younger than the one before.
        let created = seconds - 86_400
        for number in 0..<options.servers {
            let server = CloudServer(
                id: Self.id(options.seed, "server", UInt64(number)), number: number,
                name: "server-" + String(number + 1).leftPadded(to: 3, with: "0"),
                keypair: options.keypairs.first ?? "", created: created + Int64(number) * 60,
                bandwidthID: Self.id(options.seed, "bandwidth", UInt64(number)))
            server.tags = options.tags
            servers.append(server)
            serverTable[server.id] = server
            for place in 0..<options.phonesPerServer { await add(place, to: server) }
            for place in 0..<options.encodersPerServer { addEncoder(place, to: server) }
        }
    }

    private func add(_ place: Int, to server: CloudServer) async {
        let number = server.number * options.phonesPerServer + place
        let phone = CloudPhone(
            id: Self.id(options.seed, "phone", UInt64(number)), phone: farm.phones[number], server: server,
            name: "\(server.name)-" + String(place + 1).leftPadded(to: 5, with: "0"), created: server.created,
            address: "10.237.\(place / 200).\(place % 200 + 20)", imageID: CloudCatalog.imageID)
        server.phones.append(phone)
        phones.append(phone)
        phoneTable[phone.id] = phone
        await phone.phone.attach(server.shelf)
    }

    private func addEncoder(_ place: Int, to server: CloudServer) {
        let number = server.number * options.encodersPerServer + place
        let encoder = CloudEncoder(
            id: Self.id(options.seed, "encoder", UInt64(number)), name: "\(server.name)-encode-\(place + 1)",
            server: server, address: "10.237.254.\(place % 200 + 20)")
        server.encoders.append(encoder)
        encoders.append(encoder)
    }
}
