using Amqp;
using Amqp.Types;

namespace FunctionsHosting.Broker.Wire;

/// <summary>Collects frames and writes whatever has gathered in one go; never blocks who appends.</summary>
internal sealed class FrameWriter(Stream stream)
{
    private const int KeptCapacity = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private ByteBuffer _gathering = new(16 * 1024, autoGrow: true);
    private ByteBuffer _writing = new(16 * 1024, autoGrow: true);
    private bool _awake;
    private bool _completed;

    public void Append(ushort channel, DescribedList? performative, ReadOnlySpan<byte> payload = default)
    {
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            _gathering.AppendFrame(FrameType.Amqp, channel, performative, payload);
            Wake();
        }
    }

    /// <summary>Nothing is taken after this; <see cref="Run"/> ends once all is written.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            Wake();
        }
    }

    public async Task Run(CancellationToken cancellation)
    {
        while (true)
        {
            await _wake.WaitAsync(cancellation);
            bool last;
            lock (_gate)
            {
                _awake = false;
                last = _completed;
                (_gathering, _writing) = (_writing, _gathering);
            }

            if (_writing.Length > 0)
            {
                await stream.WriteAsync(_writing.Buffer.AsMemory(_writing.Offset, _writing.Length), cancellation);
            }

            if (last)
            {
                return;
            }

            if (_writing.Capacity > KeptCapacity)
            {
                _writing = new ByteBuffer(16 * 1024, autoGrow: true);
            }

            _writing.Reset();
        }
    }

    private void Wake()
    {
        if (!_awake)
        {
            _awake = true;
            _wake.Release();
        }
    }
}
