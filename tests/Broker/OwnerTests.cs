using FunctionsHosting.Broker;

namespace Broker.Tests;

public sealed class OwnerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("broker-").FullName;

    private string DataFile => Path.Combine(_folder, BrokerOptions.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_second_broker_on_the_same_file_is_refused_and_told_what_to_do()
    {
        await using var first = new QueueDesk(file: DataFile);
        first.Queue.Send(A.Message("m1"));

        var error = Assert.Throws<InvalidOperationException>(() => new QueueDesk(file: DataFile));

        Assert.Contains(DataFile, error.Message, StringComparison.Ordinal);
        Assert.Contains("held by another broker", error.Message, StringComparison.Ordinal);
        Assert.Contains("ServiceBusConnection", error.Message, StringComparison.Ordinal);
        Assert.Equal(["m1"], first.Receive().Ids);
    }

    [Fact]
    public async Task The_file_is_free_again_when_its_broker_has_ended()
    {
        await using (var first = new QueueDesk(file: DataFile))
        {
            first.Queue.Send(A.Message("m1"));
        }

        await using var second = new QueueDesk(file: DataFile);
        Assert.Equal(["m1"], second.Receive().Ids);
    }
}
