using FunctionsHosting.Broker;

namespace Broker.Tests;

public sealed class StoreTests : IDisposable
{
    private const int Messages = 30_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("broker-").FullName;

    private string DataFile => Path.Combine(_folder, BrokerOptions.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_that_is_mostly_empty_is_compacted_while_the_broker_runs_and_loses_nothing()
    {
        await using var desk = new QueueDesk(file: DataFile);
        Fill(desk, Messages);
        var full = Size();
        var receiver = desk.Receive(credit: Messages - 10, receiveAndDelete: true);

        Assert.Equal(Messages - 10, receiver.Deliveries.Count);
        Assert.True(Size() < full / 4, $"{Size()} bytes of {full} are left");
        receiver.Offer(100);
        Assert.Equal(Enumerable.Range(0, Messages).Select(n => $"{n}"), receiver.Ids);
        Assert.Throws<InvalidOperationException>(() => new QueueDesk(file: DataFile));
    }

    [Fact]
    public async Task A_file_that_is_mostly_empty_is_compacted_when_it_is_opened()
    {
        await using (var desk = new QueueDesk(file: DataFile))
        {
            Fill(desk, 4000);
            desk.Receive(credit: 3990, receiveAndDelete: true);
        }

        var before = Size();
        await using var again = new QueueDesk(file: DataFile);

        Assert.True(Size() < before / 4, $"{Size()} bytes of {before} are left");
        Assert.Equal(10, again.Receive().Deliveries.Count);
    }

    [Fact]
    public async Task A_file_that_is_full_enough_is_left_alone()
    {
        await using var desk = new QueueDesk(file: DataFile);
        Fill(desk, 12_000);
        var full = Size();

        desk.Receive(credit: 6000, receiveAndDelete: true);

        Assert.True(Size() >= full, $"{Size()} bytes of {full} are left");
    }

    private static void Fill(QueueDesk desk, int messages)
    {
        foreach (var batch in Enumerable.Range(0, messages).Chunk(1000))
        {
            desk.Queue.Send(batch.Select(n => new BrokerMessage { MessageId = $"{n}", Body = new byte[2000] }).ToList());
        }
    }

    private long Size() => new DirectoryInfo(_folder).GetFiles().Sum(f => f.Length);
}
