using System.ServiceModel;

namespace Shop
{
    /// <summary>Takes orders.</summary>
    [ServiceContract]
    public interface IOrders
    {
        /// <summary>Takes an order, and gives its number.</summary>
        [OperationContract]
        string Place(string customer, int article, int count);
    }
}
