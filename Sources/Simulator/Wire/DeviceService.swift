/// What is at the phone's end of a stream; confined to the phone's lane.
protocol DeviceService: AnyObject {
    /// Begins; the host has been told that the stream is open.
    func start()
    /// Takes bytes of the host, valid during the call.
    func receive(_ bytes: UnsafeRawBufferPointer)
    /// Bytes that were taken and not worked on yet; too many hold back the acknowledgement.
    var backlog: Int { get }
    /// There is room for more output.
    func outputHasRoom()
    /// The host has closed the stream, or the connection is gone.
    func hostClosed()
}

extension DeviceService {
    var backlog: Int { 0 }
    func outputHasRoom() {}
    func hostClosed() {}
}
