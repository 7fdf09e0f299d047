namespace Penalties.Outside.Sms;

/// <summary>An SMS provider: reserve → send → look, so that a lost answer never becomes a second text.</summary>
public interface ISmsProvider
{
    /// <param name="key">Ours, the same for every run of one attempt.</param>
    /// <returns>What is stored before anything is sent; the other calls find the attempt by it.</returns>
    Task<string> Reserve(string key, CancellationToken cancellation);

    /// <summary>Orders the message unless that was done already, by whichever run.</summary>
    /// <param name="mayStillSend">Asked right before the order; when it says no, what stands there comes back unsent.</param>
    Task<SmsProgress> Send(string reference, string toE164, FeedbackMessage message, Func<Task<bool>> mayStillSend, CancellationToken cancellation);

    /// <returns>What the provider knows of the attempt.</returns>
    Task<SmsProgress> Look(string reference, CancellationToken cancellation);

    /// <returns>Won; null where the provider tells none.</returns>
    Task<decimal?> Balance(CancellationToken cancellation);
}

/// <summary>How far a message has come at the provider.</summary>
/// <param name="IsSent">The provider has taken the send order.</param>
/// <param name="HasMessage">The provider has the message, ordered or not.</param>
/// <param name="RefusedWith">The provider's status code, when it will not take the message.</param>
/// <param name="IsUnknown">
/// The order may have been taken, the provider cannot find it, and the time in which a repeat is recognised has passed: never to be sent
/// again, a person's matter.
/// </param>
public sealed record SmsProgress(
    bool IsSent, bool HasMessage, SmsDelivery Delivery, string? StatusCode, string? RefusedWith, bool IsUnknown = false);

public enum SmsDelivery
{
    Underway,
    Delivered,
    Failed,
}

internal static class SmsDeliveries
{
    /// <summary>Where one attempt left several messages, the lowest rank counts: the one that came furthest.</summary>
    public static int Rank(this SmsDelivery delivery) => delivery switch
    {
        SmsDelivery.Delivered => 0,
        SmsDelivery.Underway => 1,
        SmsDelivery.Failed => 2,
    };
}
