using Azure;
using Grpc.Core;

namespace Penalties.Tests;

public sealed class StorageFaultTests
{
    [Fact]
    public void Storage_that_hangs_is_a_fault_of_storage()
    {
        Assert.True(StorageFault.Is(new AggregateException(new TaskCanceledException(), new TaskCanceledException())));
        Assert.False(StorageFault.Is(new AggregateException(new InvalidOperationException())));
        Assert.False(StorageFault.Is(new TaskCanceledException()));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.DeadlineExceeded)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.Aborted)]
    [InlineData(StatusCode.Cancelled)]
    public void A_task_hub_that_cannot_answer_is_storage_that_is_away(StatusCode status) => Assert.True(StorageFault.Is(Hub(status)));

    [Theory]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.FailedPrecondition)]
    [InlineData(StatusCode.AlreadyExists)]
    [InlineData(StatusCode.InvalidArgument)]
    public void An_answer_about_an_instance_is_no_storage_fault(StatusCode status) => Assert.False(StorageFault.Is(Hub(status)));

    [Theory]
    [InlineData(0, true)]
    [InlineData(408, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(412, false)]
    public void A_table_that_does_not_answer_or_cannot_now_is_storage_that_is_away(int status, bool away)
    {
        Assert.Equal(away, StorageFault.Is(new RequestFailedException(status, "")));
        Assert.Equal(away, StorageFault.Is(new AggregateException(new RequestFailedException(status, ""))));
        Assert.Equal(away, StorageFault.Is(new InvalidOperationException("", new RequestFailedException(status, ""))));
    }

    [Fact]
    public void A_call_that_ran_out_of_time_is_one_and_a_defect_or_a_caller_that_left_is_none()
    {
        Assert.True(StorageFault.Is(new TaskCanceledException("", new TimeoutException())));
        Assert.False(StorageFault.Is(new TaskCanceledException()));
        Assert.False(StorageFault.Is(new InvalidOperationException()));
    }

    private static RpcException Hub(StatusCode status) => new(new Status(status, ""));
}
