using Azure;
using Grpc.Core;

namespace Penalties;

/// <summary>
/// Tells a fault of our own storage from every other: tables, and the task hub behind the durable client. It passes by itself, and what was
/// asked can be asked again.
/// </summary>
public static class StorageFault
{
    public static bool Is(Exception fault) => fault switch
    {
        RequestFailedException failed => failed.Status is 0 or 408 or 429 or >= 500,
        RpcException failed => IsTaskHub(failed.StatusCode),
        TaskCanceledException { InnerException: TimeoutException } => true,
        // How the storage clients tell that every one of their tries ran into its time-out.
        AggregateException many => many.InnerExceptions.Any(Is) || many.InnerExceptions.All(static one => one is OperationCanceledException),
        { InnerException: { } inner } => Is(inner),
        _ => false,
    };

    /// <summary>OK aside, these are answers about an instance; everything else is a task hub that could not answer.</summary>
    private static bool IsTaskHub(StatusCode status) =>
        status is not (StatusCode.OK or StatusCode.NotFound or StatusCode.AlreadyExists or StatusCode.FailedPrecondition or StatusCode.InvalidArgument);
}
