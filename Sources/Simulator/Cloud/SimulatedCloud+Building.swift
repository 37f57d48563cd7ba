extension SimulatedCloud {
    /// Makes servers, phones and encode services from the options.
    func build() async {
        // A day old, and each server a minute younger than the one before.
        let created = seconds - 86_400
        images = CloudCatalog.ownImages(in: options.projectID, at: created)
        nextServer = options.servers
        for number in 0..<options.servers {
            let server = CloudServer(
                id: Self.id(options.seed, "server", UInt64(number)), number: number,
                name: "server-" + String(number + 1).leftPadded(to: 3, with: "0"),
                keypair: options.keypairs.first ?? "", created: created + Int64(number) * 60,
                bandwidthID: Self.id(options.seed, "bandwidth", UInt64(number)))
            server.tags = options.tags
            server.networkVersion = options.networkVersion
            server.chargingMode = options.isPaidByUse ? 1 : 0
            server.orderID = Self.id(options.seed, "order", UInt64(number))
            server.sharedSize = Int64(options.sharedBytes >> 30)
            servers.append(server)
            serverTable[server.id] = server
            for place in 0..<options.phonesPerServer { await add(place, to: server) }
            for place in 0..<options.encodersPerServer { addEncoder(place, to: server) }
        }
        if options.koophones > 0 { await addInstances(options.koophones) }
    }

    private func add(_ place: Int, to server: CloudServer) async {
        let number = server.number * options.phonesPerServer + place
        await add(
            farm.phones[number], as: Self.id(options.seed, "phone", UInt64(number)), at: place, to: server,
            created: server.created, imageID: CloudCatalog.imageID)
    }

    /// Puts a phone on a server, at this place of it.
    func add(
        _ simulated: SimulatedPhone, as id: String, at place: Int, to server: CloudServer, created: Int64,
        imageID: String
    ) async {
        let phone = CloudPhone(
            id: id, phone: simulated, server: server,
            name: "\(server.name)-" + String(place + 1).leftPadded(to: 5, with: "0"), created: created,
            address: "10.237.\(place / 200).\(place % 200 + 20)", imageID: imageID)
        server.phones.append(phone)
        phones.append(phone)
        phoneTable[phone.id] = phone
        await phone.phone.attach(server.shelf)
    }

    func addEncoder(_ place: Int, to server: CloudServer) {
        let number = server.number * options.encodersPerServer + place
        let encoder = CloudEncoder(
            id: Self.id(options.seed, "encoder", UInt64(number)), name: "\(server.name)-encode-\(place + 1)",
            server: server, address: "10.237.254.\(place % 200 + 20)")
        server.encoders.append(encoder)
        encoders.append(encoder)
    }
}
