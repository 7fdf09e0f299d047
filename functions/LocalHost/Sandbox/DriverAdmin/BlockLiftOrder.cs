namespace LocalHost.Sandbox;

/// <summary>A person lifts the mutual block of two by hand, in the driver admin itself: nobody tells the product.</summary>
/// <param name="Direction">customer-driver or driver-customer: only this one is lifted, and the other still holds; null: both.</param>
public sealed record BlockLiftOrder(string DriverId, string CustomerId, string? Direction = null);
