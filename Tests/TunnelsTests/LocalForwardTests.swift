import DroverTesting
import Farm
import Lanes
import Testing
import Tunnels

@Suite("Local ports that lead through tunnels", .timeLimit(.minutes(5)))
struct LocalForwardTests {
    private static func dial(_ address: SocketAddress, on lane: Lane) throws -> StreamProbe {
        let probe = StreamProbe()
        probe.stream = try TCPSocket(connectingTo: address, on: lane, handler: probe)
        return probe
    }

    @Test(arguments: [1, 70_000, 2_000_000])
    func `what goes in comes back whole, and is counted`(size: Int) async throws {
        try await TunnelWorld.with { world in
            let forward = try LocalForward(
                at: .loopback(port: 0), to: world.pool.opening(to: world.place, through: world.farm), on: world.lane)
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let probe = try Self.dial(forward.address, on: world.lane)
            probe.stream?.send(bytes)
            #expect(try await probe.bytes(size) == bytes)
            #expect(forward.counts.sent == UInt64(size))
            #expect(forward.counts.received == UInt64(size))
            #expect(forward.counts.open == 1)
            probe.stream?.close()
            await world.settle()
            forward.close()
            #expect(forward.counts.open == 0)
        }
    }

    @Test func `who has said everything still hears the rest`() async throws {
        try await TunnelWorld.with { world in
            let forward = try LocalForward(
                at: .loopback(port: 0), to: world.pool.opening(to: world.place, through: world.farm), on: world.lane)
            let bytes = [UInt8](repeating: 7, count: 3_000_000)
            let probe = try Self.dial(forward.address, on: world.lane)
            probe.stream?.send(bytes)
            probe.stream?.endSending()
            #expect(try await probe.ended.value().count == bytes.count)
            probe.stream?.close()
            await world.settle()
            #expect(forward.counts.open == 0)
            #expect(forward.counts.failures == 0)
            forward.close()
        }
    }

    @Test func `whoever takes nothing holds the sender back`() async throws {
        try await TunnelWorld.with { world in
            let deaf = try EchoPort(on: world.lane, isDeaf: true)
            let place = Address(host: "127.0.0.1", port: deaf.address.port)
            let forward = try LocalForward(
                at: .loopback(port: 0), to: world.pool.opening(to: place, through: world.farm), on: world.lane)
            let probe = try Self.dial(forward.address, on: world.lane)
            // More than the sockets' own buffers can hide.
            probe.stream?.send(SharedBytes([UInt8](repeating: 1, count: 64 << 20)), 0..<64 << 20)
            var before: UInt64 = 0
            var quiet = 0
            while quiet < 50 {
                await world.settle()
                quiet = forward.counts.sent == before && before > 0 ? quiet + 1 : 0
                before = forward.counts.sent
            }
            #expect(before < 48 << 20)
            probe.stream?.close()
            forward.close()
            deaf.close()
        }
    }

    @Test func `a far end that cannot be reached resets who came, and is told`() async throws {
        try await TunnelWorld.with { world in
            let told = Waiter<StreamFailure>()
            let forward = try LocalForward(
                at: .loopback(port: 0),
                to: world.pool.opening(to: Address(host: "127.0.0.1", port: 1), through: world.farm), on: world.lane
            ) { told.resume(with: .success($0)) }
            let probe = try Self.dial(forward.address, on: world.lane)
            #expect(try await told.value().errno == 111)
            #expect(try await probe.broken.value().reason == "Connection reset by peer")
            #expect(forward.counts.failures == 1)
            #expect(forward.counts.open == 0)
            forward.close()
        }
    }

    @Test func `a hundred ports lead to a hundred places through one host`() async throws {
        DescriptorLimit.raise()
        try await TunnelWorld.with { world in
            var forwards: [LocalForward] = []
            var probes: [StreamProbe] = []
            for number in 0..<100 {
                let forward = try LocalForward(
                    at: .loopback(port: 0), to: world.pool.opening(to: world.place, through: world.farm),
                    on: world.lane)
                let probe = try Self.dial(forward.address, on: world.lane)
                probe.stream?.send(Array("number \(number)".utf8))
                forwards.append(forward)
                probes.append(probe)
            }
            for (number, probe) in probes.enumerated() {
                let word = Array("number \(number)".utf8)
                #expect(try await probe.bytes(word.count) == word)
            }
            #expect(Set(forwards.map(\.address.port)).count == 100)
            #expect(await world.pool.census().streams == 100)
            #expect(world.dialer.dialled == ["farm-a", "farm-a"])
            for forward in forwards { forward.close() }
            for probe in probes { probe.stream?.close() }
            await world.settle()
            #expect(await world.pool.census().streams == 0)
        }
    }

    @Test func `a host that drops cuts those who are connected, and serves the next`() async throws {
        try await TunnelWorld.with { world in
            let forward = try LocalForward(
                at: .loopback(port: 0), to: world.pool.opening(to: world.place, through: world.farm), on: world.lane)
            let first = try Self.dial(forward.address, on: world.lane)
            first.stream?.send([1])
            _ = try await first.bytes(1)
            world.dialer.carriers[0].cut()
            _ = try await first.broken.value()
            let second = try Self.dial(forward.address, on: world.lane)
            second.stream?.send([2])
            #expect(try await second.bytes(1) == [2])
            #expect(forward.counts.connections == 2)
            #expect(forward.counts.failures == 1)
            second.stream?.close()
            forward.close()
        }
    }
}
