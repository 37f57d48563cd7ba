import DroverTesting
import Farm
import Lanes
import Testing
import Tunnels

@Suite("Connections that phones share", .timeLimit(.minutes(5)))
struct TunnelPoolTests {
    @Test func `sixty that come at once share one connection`() async throws {
        try await TunnelWorld.with { world in
            world.dialer.answer(.wait)
            let probes = try (0..<60).map { _ in try world.open() }
            for (number, probe) in probes.enumerated() { probe.stream?.send(Array("phone \(number)".utf8)) }
            await world.settle()
            #expect(world.dialer.dialled == ["farm-a"])
            #expect(world.dialer.carriers.isEmpty)
            world.dialer.release()
            for (number, probe) in probes.enumerated() {
                let word = Array("phone \(number)".utf8)
                #expect(try await probe.bytes(word.count) == word)
            }
            #expect(world.dialer.dialled == ["farm-a"])
            let census = await world.pool.census()
            #expect(census.connections == 1)
            #expect(census.streams == 60)
            for probe in probes { probe.stream?.close() }
            #expect(await world.pool.census().streams == 0)
        }
    }

    @Test(arguments: [(streams: 8, connections: 1), (9, 2), (17, 3), (40, 3)])
    func `a connection that is full gets company, up to a bound`(streams: Int, connections: Int) async throws {
        var limits = TunnelLimits()
        limits.streamsPerConnection = 8
        limits.connectionsPerHost = 3
        try await TunnelWorld.with(limits) { world in
            let probes = try (0..<streams).map { _ in try world.open() }
            for probe in probes { try await probe.connected.value() }
            #expect(await world.pool.census().connections == connections)
            #expect(world.dialer.carriers.map(\.openCount).reduce(0, +) == streams)
            if streams <= 17 { #expect(world.dialer.carriers.allSatisfy { $0.openCount <= 8 }) }
            for probe in probes { probe.stream?.close() }
        }
    }

    @Test func `a host that cannot be reached fails all who wait for it, and is dialled again after a rest`()
        async throws
    {
        try await TunnelWorld.with { world in
            let refused = PhoneError(
                .unreachable, operation: "connect to farm-a", reason: "Connection refused", advice: "is sshd running?")
            world.dialer.answer(.waitAndFail(refused))
            let probes = try (0..<5).map { _ in try world.open() }
            await world.settle()
            world.dialer.release()
            for probe in probes {
                let failure = try await probe.broken.value()
                #expect(failure.reason == "Connection refused")
                #expect(failure.advice == "is sshd running?")
            }
            #expect(world.dialer.dialled == ["farm-a"])
            let later = try world.open()
            await world.settle()
            #expect(world.dialer.dialled == ["farm-a"])
            await world.clock.advance(by: .milliseconds(400))
            try await later.connected.value()
            #expect(world.dialer.dialled == ["farm-a", "farm-a"])
            later.stream?.close()
        }
    }

    @Test func `a host that refused our key is not asked again for a minute`() async throws {
        try await TunnelWorld.with { world in
            let denied = PhoneError(.unauthorized, operation: "log in to farm-a", reason: "permission denied")
            world.dialer.answer(.fail(denied))
            await #expect(throws: denied) { try await world.pool.connected(through: world.farm, on: world.lane) }
            await #expect(throws: denied) { try await world.pool.connected(through: world.farm, on: world.lane) }
            #expect(world.dialer.dialled.count == 1)
            await world.clock.advance(by: .seconds(61))
            try await world.pool.connected(through: world.farm, on: world.lane)
            #expect(world.dialer.dialled.count == 2)
        }
    }

    @Test func `a connection that drops is told as the host's trouble, and made anew for the next`() async throws {
        try await TunnelWorld.with { world in
            let probe = try world.open()
            try await probe.connected.value()
            world.dialer.carriers[0].cut()
            let failure = try await probe.broken.value()
            #expect(failure.reason == "the SSH connection to farm-a ended: the host closed the connection")
            #expect(failure.advice?.contains("farm-a") == true)
            let again = try world.open()
            again.stream?.send(Array("back".utf8))
            #expect(try await again.bytes(4) == Array("back".utf8))
            #expect(world.dialer.dialled == ["farm-a", "farm-a"])
            #expect(await world.pool.census().connections == 1)
            again.stream?.close()
        }
    }

    @Test func `a phone that refuses is no trouble of the host's`() async throws {
        try await TunnelWorld.with { world in
            let probe = try world.open(to: Address(host: "127.0.0.1", port: 1))
            let failure = try await probe.broken.value()
            #expect(failure.advice == nil)
            #expect(failure.errno == 111)
            #expect(world.dialer.carriers[0].failure == nil)
            #expect(await world.pool.census().streams == 0)
        }
    }

    @Test func `a connection without a stream is closed after a while, and not before`() async throws {
        try await TunnelWorld.with { world in
            let first = try world.open()
            try await first.connected.value()
            await world.clock.advance(by: .seconds(60))
            await world.settle()
            #expect(!world.dialer.carriers[0].isClosed)
            first.stream?.close()
            await world.clock.advance(by: .seconds(10))
            await world.settle()
            let second = try world.open()
            try await second.connected.value()
            second.stream?.close()
            await world.clock.advance(by: .seconds(10))
            await world.settle()
            #expect(!world.dialer.carriers[0].isClosed)
            await world.clock.advance(by: .seconds(6))
            await world.settle()
            #expect(world.dialer.carriers[0].isClosed)
            #expect(world.dialer.dialled.count == 1)
        }
    }

    @Test func `a far end that keeps silent holds up nobody else`() async throws {
        try await TunnelWorld.with { world in
            world.dialer.silence(7)
            let silent = try world.open(to: Address(host: "127.0.0.1", port: 7))
            await world.settle()
            let others = try (0..<20).map { _ in try world.open() }
            await world.settle()
            #expect(world.dialer.dialled == ["farm-a"])
            await world.clock.advance(by: .seconds(1))
            for probe in others { try await probe.connected.value() }
            #expect(world.dialer.dialled == ["farm-a", "farm-a"])
            #expect(world.dialer.carriers.map(\.openCount) == [1, 20])
            // Given up, its connection serves nobody, and goes.
            silent.stream?.close()
            await world.settle()
            #expect(world.dialer.carriers[0].isClosed)
            for probe in others { probe.stream?.close() }
        }
    }

    @Test func `many silent far ends take a bounded number of connections`() async throws {
        try await TunnelWorld.with { world in
            world.dialer.silence(7)
            let silent = try (0..<30).map { _ in try world.open(to: Address(host: "127.0.0.1", port: 7)) }
            for _ in 0..<20 {
                await world.settle()
                await world.clock.advance(by: .seconds(1))
            }
            #expect(world.dialer.carriers.count == 8)
            let well = try world.open()
            for probe in silent { probe.stream?.close() }
            await world.settle()
            await world.clock.advance(by: .seconds(2))
            try await well.connected.value()
            well.stream?.close()
        }
    }

    @Test func `hosts behind one jump host share the connection to it`() async throws {
        try await TunnelWorld.with { world in
            let gate = SSHRoute(to: TunnelWorld.hop("gate"))
            let routes = ["farm-a", "farm-b", "farm-c"].map { SSHRoute(to: TunnelWorld.hop($0), via: gate) }
            let probes = try routes.map { try world.open(through: $0) }
            for probe in probes { try await probe.connected.value() }
            #expect(world.dialer.dialled.filter { $0 == "gate" } == ["gate"])
            #expect(world.dialer.dialled.sorted() == ["->farm-a", "->farm-b", "->farm-c", "gate"])
            for probe in probes { probe.stream?.close() }
        }
    }

    @Test func `a jump host that cannot be reached is named to those behind it`() async throws {
        try await TunnelWorld.with { world in
            let gate = SSHRoute(to: TunnelWorld.hop("gate"))
            world.dialer.answer(.fail(PhoneError(.unreachable, operation: "connect to gate", reason: "no route")))
            let probe = try world.open(through: SSHRoute(to: TunnelWorld.hop("farm-a"), via: gate))
            let failure = try await probe.broken.value()
            #expect(failure.description == "connect to gate: no route")
        }
    }

    @Test func `who gives up waiting leaves the connection to the others`() async throws {
        try await TunnelWorld.with { world in
            world.dialer.answer(.wait)
            let hasty = try world.open()
            let patient = try world.open()
            let waiting = Task(executorPreference: world.lane) {
                try await world.pool.connected(through: world.farm, on: world.lane)
            }
            await world.settle()
            hasty.stream?.close()
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            world.dialer.release()
            try await patient.connected.value()
            #expect(world.dialer.carriers[0].openCount == 1)
            #expect(await world.pool.census().streams == 1)
            patient.stream?.close()
        }
    }

    @Test func `a pool that is closed ends everything and opens nothing`() async throws {
        try await TunnelWorld.with { world in
            let probe = try world.open()
            try await probe.connected.value()
            await world.pool.close()
            #expect(world.dialer.carriers[0].isClosed)
            _ = try await probe.broken.value()
            await #expect(throws: PhoneError.self) {
                try await world.pool.connected(through: world.farm, on: world.lane)
            }
            #expect(world.dialer.dialled.count == 1)
        }
    }

    @Test func `every lane has connections of its own`() async throws {
        try await TunnelWorld.with { world in
            let other = try Lane(name: "other", clock: world.clock)
            try await world.pool.connected(through: world.farm, on: world.lane)
            try await Task(executorPreference: other) {
                _ = try await world.pool.connected(through: world.farm, on: other)
            }.value
            #expect(world.dialer.carriers.map(\.lane.name) == ["tunnels", "other"])
        }
    }
}
